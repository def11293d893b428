"""The application: themes, keys, and which screen there is."""

import asyncio
import os
import signal
import sys
from collections import deque
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.app import App
from textual.command import Provider
from textual.content import Content
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.screen import Screen

from mqtt_tui import garbage
from mqtt_tui.config import paths
from mqtt_tui.config.settings import DEFAULT_THEME
from mqtt_tui.config.theme_file import load_themes
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.profile import profile_from_url
from mqtt_tui.profiles.target import Target
from mqtt_tui.profiles.url import BrokerUrl
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.clipboard import Clipboard
from mqtt_tui.tui.commands import COMMANDS, Scope
from mqtt_tui.tui.keymap import bindings_for, checked_keymap, command_id
from mqtt_tui.tui.launch import DemoOptions, Launch
from mqtt_tui.tui.messages import (
    CloseBroker,
    CompareTopic,
    Copy,
    KeepDecoders,
    NextBroker,
    OpenDemo,
    OpenTarget,
    ShowBroker,
    ShowConnections,
    is_waited_for,
)
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.themes import textual_theme

if TYPE_CHECKING:
    from mqtt_tui.demo.serve import Demo
    from mqtt_tui.tui.open_brokers import OpenBrokers

_ANSWER = 0.012
"""Seconds from a key's arrival here to its picture: some turns of the loop, and drawing."""

_BURST = 0.05
"""Seconds: keys that come so soon after each other were pasted, or held up by a slow line."""


def _command_table() -> type[Provider]:
    from mqtt_tui.tui.screens.palette import CommandTable

    return CommandTable


class MqttTuiApp(App[int]):
    """The screen of mqtt-tui. A screen is imported when it is opened: the first one need not wait for the others.

    Args:
        launch: what the command line decided.
    """

    TITLE = "mqtt-tui"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings_for(Scope.APP)
    COMMANDS = {_command_table}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, launch: Launch) -> None:
        super().__init__(driver_class=_driver_class())
        self.launch = launch
        self.precedence = Precedence()
        self._demo: Demo | None = None
        self._brokers: OpenBrokers | None = None
        self._is_ending = False
        self._strays: deque[events.Key] = deque(maxlen=256)  # keys that were delivered a second time
        self._stray_key_at = 0.0
        self._copier = Clipboard(dict(os.environ))
        themes, problems = load_themes(paths.user_themes_directory())
        for theme in themes.values():
            self.register_theme(textual_theme(theme))
        for name in set(self.available_themes) - set(themes):
            self.unregister_theme(name)
        wanted = launch.settings.theme
        self.theme = wanted if wanted in themes else DEFAULT_THEME
        keymap, wrong_keys = checked_keymap(launch.settings.keymap)
        self._keymap_wanted = keymap
        self._problems = [*launch.problems, *map(str, problems), *wrong_keys]
        if wanted not in themes:
            self._problems.append(f"config.toml: theme: there is no theme called {wanted!r}")

    async def on_mount(self) -> None:
        """Show the first screen."""
        self.set_keymap(self._keymap_wanted)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
            asyncio.get_running_loop().add_signal_handler(number, self._end, 128 + number)
        for problem in self._problems:
            self.notify(problem, severity="warning", timeout=20, markup=False)
        if self.launch.demo is not None:
            self.open_demo(self.launch.demo)
        elif self.launch.targets:
            self.open_target(*self.launch.targets)
        else:
            await self.show_connections()
        self.call_after_refresh(garbage.begin)

    # Which screen

    @on(ShowConnections)
    async def _connections_wanted(self, event: ShowConnections) -> None:
        from mqtt_tui.tui.screens.connections import ConnectionsScreen

        await self.show_connections()
        if event.refusal is not None and isinstance(self.screen, ConnectionsScreen):
            self.screen.mend(event.profile, event.refusal)
        elif event.refusal is not None:
            tell(self, event.refusal)

    async def show_connections(self) -> None:
        """Let the user choose a broker; those that are open go on below."""
        from mqtt_tui.tui.screens.connections import ConnectionsScreen

        if not any(isinstance(screen, ConnectionsScreen) for screen in self.screen_stack):
            await self.push_screen(ConnectionsScreen(self.launch.repository, is_open=self._is_open))

    def _is_open(self, name: str) -> bool:
        sessions = self._brokers.sessions if self._brokers is not None else ()
        return any(session.target.is_saved and session.target.name == name for session in sessions)

    @on(OpenTarget)
    def _target_chosen(self, event: OpenTarget) -> None:
        self.open_target(event.target)

    @on(OpenDemo)
    def _demo_chosen(self) -> None:
        self.open_demo(DemoOptions())

    @work(group="open", exclusive=True)
    async def open_target(self, *targets: Target) -> None:
        """Show these brokers, the last one in front."""
        for target in targets:
            await self._open_brokers.open(target)
        if self._open_screen() is None:
            await self.show_connections()

    @property
    def _open_brokers(self) -> "OpenBrokers":
        if self._brokers is None:
            from mqtt_tui.tui.open_brokers import OpenBrokers

            self._brokers = OpenBrokers(self, self.launch, self.precedence)
        return self._brokers

    @on(NextBroker)
    @work(group="switch")
    async def _next_broker_wanted(self, event: NextBroker) -> None:
        await self._open_brokers.show_next(event.by)

    @on(ShowBroker)
    @work(group="switch")
    async def _broker_wanted(self, event: ShowBroker) -> None:
        await self._open_brokers.show_named(event.name)

    @on(CloseBroker)
    @work(group="switch")
    async def _close_broker(self) -> None:
        await self._open_brokers.close()
        if not len(self._open_brokers):
            await self.show_connections()

    @on(CompareTopic)
    @work
    async def _compare(self, event: CompareTopic) -> None:
        await self._open_brokers.compare(event.topic)

    @work(group="open", exclusive=True)
    async def open_demo(self, options: DemoOptions) -> None:
        """Serve the demo, once, and show it."""
        if self._demo is None:
            choice = {} if options.devices is None else {"devices": options.devices}
            from mqtt_tui.demo.serve import Demo  # a tenth of the start, and seldom wanted

            try:
                demo = Demo(port=options.port, rate=options.rate, **choice)
                await demo.start()
            except MqttTuiError as error:
                tell(self, error)
                await self.show_connections()
                return
            self._demo = demo
        self.open_target(Target("demo", profile_from_url(BrokerUrl.parse(self._demo.url))))

    def _open_screen(self) -> Screen[object] | None:
        """The screen on top, None where there is but Textual's own blank one."""
        return self.screen if len(self.screen_stack) > 1 else None

    async def _leave_sessions(self) -> None:
        """Disconnect cleanly from the brokers that are open."""
        if self._brokers is not None:
            await self._brokers.leave_all()

    # Ending

    def action_close(self) -> None:
        """Close the screen on top, or the tab; the last one is the program."""
        if len(self.screen_stack) > 2:
            self.pop_screen()
        elif self._brokers is not None and len(self._brokers) > 1:
            self.post_message(CloseBroker())
        else:
            self._end(0)

    async def action_quit(self) -> None:
        """End, from anywhere."""
        self._end(0)

    async def action_interrupt(self) -> None:
        """Copy what is marked; end where nothing is."""
        marked = getattr(self.focused, "selected_text", "") or self.screen.get_selected_text()
        if marked:
            self.copy_to_clipboard(marked)
        else:
            self._end(0)

    def _end(self, exit_code: int) -> None:
        """Say goodbye to the broker and end; asked a second time, end at once."""
        if self._is_ending:
            self.exit(exit_code, return_code=exit_code)
        else:
            self._is_ending = True
            self._say_goodbye(exit_code)

    @work(group="end")
    async def _say_goodbye(self, exit_code: int) -> None:
        await self._leave_sessions()
        if self._demo is not None:
            await self._demo.stop()
        self.exit(exit_code, return_code=exit_code)

    def _fatal_error(self) -> None:
        """End without Textual's traceback: it shows local variables, passwords among them. ``run`` raises the error."""
        self._close_messages_no_wait()

    # Small services

    async def on_event(self, event: events.Event) -> None:
        """Let whatever the user did be answered before messages are taken."""
        if is_waited_for(event) and not event.is_forwarded:
            self.precedence.claim(_ANSWER)
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """A key on its way when a command gave the keyboard to an input belongs there, not to the pane that had it.

        So do the keys that follow it at once: ctrl+j must not send a draft whose letters are still under way.
        """
        focused = self.focused
        if focused is None or event in self._strays:
            return
        is_text = focused.check_consume_key(event.key, event.character)
        follows = event.time - self._stray_key_at < _BURST and focused.check_consume_key("a", "a")
        if is_text or follows:
            self._stray_key_at = event.time
            event.prevent_default()
            again = events.Key(event.key, event.character)
            self._strays.append(again)
            focused.post_message(again)

    def action_help(self) -> None:
        """Every command with its keys."""
        from mqtt_tui.tui.screens.help import Help

        if isinstance(self.screen, Help):
            return
        scopes: list[Scope] = []
        for active in self.screen.active_bindings.values():
            for command in COMMANDS:
                if command.id == command_id(active.binding) and command.scope not in scopes:
                    scopes.append(command.scope)
        self.push_screen(Help(scopes, self._keymap_wanted))

    @work
    async def action_choose_theme(self) -> None:
        """Choose the colours."""
        from mqtt_tui.tui.screens.choose import Choose

        if isinstance(self.screen, Choose):
            return
        shown = [(name, Content(name)) for name in sorted(self.available_themes)]
        chosen = await self.push_screen_wait(Choose("Theme", shown, self.theme))
        if chosen is not None:
            self.theme = chosen
            self.notify(f'To keep it, write theme = "{chosen}" into {display_text(str(paths.settings_file()))}')

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast; never markup, whatever the caller forgot."""
        del markup
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    @on(Copy)
    @work(group="copy", exclusive=True)
    async def _copy(self, event: Copy) -> None:
        data = event.data.encode("utf-8", "surrogateescape") if isinstance(event.data, str) else event.data
        try:
            said = await self._copier.copy(self, data)
        except MqttTuiError as error:
            tell(self, error)
            return
        self.notify(f"Copied {event.what}, {len(data):,} bytes" + (f" ({said})" if said else ""), timeout=3)

    @on(KeepDecoders)
    def _keep_decoders(self, event: KeepDecoders) -> None:
        try:
            self.launch.repository.keep_decoders(event.profile, event.decoders)
        except MqttTuiError as error:
            tell(self, error)
        else:
            self.notify(f"Kept in the profile {display_text(event.profile)}.", timeout=3)

    def action_redraw(self) -> None:
        """Paint everything again."""
        self.refresh(repaint=True, layout=True)


def _driver_class() -> type[Driver] | None:
    """Ours, unless the user names another one; Windows' consoles need Textual's own."""
    if sys.platform == "win32" or "TEXTUAL_DRIVER" in os.environ:
        return None
    from mqtt_tui.tui import live_compositor
    from mqtt_tui.tui.terminal_driver import checked_driver

    return checked_driver(live_compositor.NAMES)


def run(launch: Launch) -> int:
    """Show the screen until the user leaves; the exit code.

    Raises:
        Exception: whatever ended it by accident, for the command line to report.
    """
    app = MqttTuiApp(launch)
    loop = asyncio.SelectorEventLoop() if sys.platform == "win32" else None  # aiomqtt needs add_reader
    exit_code = app.run(loop=loop)
    if app._exception is not None:  # noqa: SLF001  Textual keeps it for its own pilot and offers no public way
        raise app._exception  # noqa: SLF001
    return exit_code if exit_code is not None else app.return_code or 0
