"""The brokers that are open, each in a tab: a screen of its own whose session goes on behind the others."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from textual.app import App

from mqtt_tui.connection.state import Connected, Connecting, ConnectionState, Failed, WaitingToReconnect
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text
from mqtt_tui.tui.launch import Launch
from mqtt_tui.tui.safe import shortened, tell
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.widgets.tab_strip import Tab

_PATIENCE = 2.0
"""Seconds for clean DISCONNECTs; then the sockets are closed all the same."""


class OpenBrokers:
    """Keeps the explorers, in the order in which they were opened, and puts one of them in front.

    Args:
        app: on whose screen stack they are shown, above its own blank screen.
        launch: what the command line decided.
        precedence: of the person over the messages.
    """

    def __init__(self, app: App[Any], launch: Launch, precedence: Precedence) -> None:
        self._app = app
        self._launch = launch
        self._precedence = precedence
        self._budget = MemoryBudget(launch.settings.memory_bytes)
        self._numbers = count(1)
        self._open: dict[Explorer, str] = {}
        """With the names under which the application knows them."""
        self._left_at: dict[Explorer, int] = {}
        """Messages that each had received when it was last in front."""
        self._at_work: set[asyncio.Task[None]] = set()
        self._switching = asyncio.Lock()
        self.front: Explorer | None = None
        """The one that is shown, or was before the choice of a broker; None where none is open."""

    def __len__(self) -> int:
        return len(self._open)

    @property
    def sessions(self) -> Sequence[Session]:
        """Of all of them."""
        return [explorer.session for explorer in self._open]

    async def open(self, target: Target) -> None:
        """Show a broker: in its tab where it has one, otherwise, once its secrets are known, in a new one."""
        before = self._find(target)
        if before is not None and _is_of_use(before.session, target):
            await self.show(before)
            return
        from mqtt_tui.tui.screens.secret_prompt import ask_for_secrets

        answers = await ask_for_secrets(self._app, target.profile)
        if answers is None:
            return
        if target.is_saved:
            self._remember(target.name)
        if before is not None:
            await self.close(before)
        session = Session(
            target,
            answers,
            budget=self._budget,
            precedence=self._precedence,
            open_transport=self._launch.open_transport,
        )
        await self._undisturbed(self._add(Explorer(session, glows=self._launch.settings.glow, tabs=self._tabs)))

    async def _add(self, explorer: Explorer) -> None:
        async with self._switching:
            name = self._open[explorer] = f"broker-{next(self._numbers)}"
            self._app.install_screen(explorer, name)  # kept, though another one is shown
            await self._show(explorer)

    async def _undisturbed(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it to its end, though whoever waits for it is cancelled."""
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        await asyncio.shield(task)

    def _find(self, target: Target) -> Explorer | None:
        """The one of this profile, or, for what is not saved, of this very broker."""
        for explorer in self._open:
            other = explorer.session.target
            if (other.is_saved, other.name) == (target.is_saved, target.name) and (
                target.is_saved or other.profile == target.profile
            ):
                return explorer
        return None

    def _remember(self, name: str) -> None:
        try:
            self._launch.repository.mark_used(name)
        except MqttTuiError as error:  # the broker can be used all the same
            tell(self._app, error)

    async def compare(self, topic: bytes) -> None:
        """Show a topic of the broker in front beside that of another one."""
        if self.front is not None:
            from mqtt_tui.tui.screens.side_by_side import choose_and_compare

            await choose_and_compare(self._app, self.front.session, self.sessions, topic)

    async def show(self, explorer: Explorer) -> None:
        """Put one in front; whatever stands above it is closed."""
        async with self._switching:
            if explorer in self._open:  # not closed meanwhile
                await self._show(explorer)

    async def _show(self, explorer: Explorer) -> None:
        if self.front is not None and self.front is not explorer:
            self._left_at[self.front] = self.front.session.store.totals.received
        self.front = explorer
        await self._clear()
        await self._app.push_screen(self._open[explorer])

    async def show_next(self, by: int) -> None:
        """The tab to the right, or to the left, round and round."""
        async with self._switching:
            explorers = list(self._open)
            if len(explorers) > 1 and self.front is not None:
                await self._show(explorers[(explorers.index(self.front) + by) % len(explorers)])

    async def show_named(self, name: str) -> None:
        """The tab that was clicked."""
        for explorer, own in self._open.items():
            if own == name:
                await self.show(explorer)
                return

    async def close(self, explorer: Explorer | None = None) -> None:
        """Disconnect cleanly and take a tab away; its neighbour comes in front, if there is one.

        Whoever calls may be cancelled: what has begun is done to its end.

        Args:
            explorer: None is the one in front.
        """
        await self._undisturbed(self._close(explorer))

    async def _close(self, wanted: Explorer | None) -> None:
        async with self._switching:
            explorer = wanted or self.front
            if explorer is None or explorer not in self._open:  # closed meanwhile
                return
            explorers = list(self._open)
            at = explorers.index(explorer)
            neighbours = explorers[at + 1 :] + explorers[:at][::-1]
            del self._open[explorer]
            self._left_at.pop(explorer, None)
            if self.front is explorer:
                self.front = None
                await self._clear()
                if neighbours:
                    await self._show(neighbours[0])
            self._app.uninstall_screen(explorer)
        await _leave([explorer])
        await explorer.remove()

    async def leave_all(self) -> None:
        """Say goodbye to every broker, and let those finish that are at it."""
        await asyncio.gather(_leave(list(self._open)), *self._at_work)

    async def _clear(self) -> None:
        while len(self._app.screen_stack) > 1:
            await self._app.pop_screen()

    # The strip

    def _tabs(self) -> tuple[list[Tab], str]:
        """All of them, and the name of the one in front."""
        tabs = [self._tab(explorer, name) for explorer, name in self._open.items()]
        return tabs, "" if self.front is None else self._open[self.front]

    def _tab(self, explorer: Explorer, name: str) -> Tab:
        session = explorer.session
        title = display_text(session.target.name)
        left_at = self._left_at.get(explorer)
        news = 0 if explorer is self.front or left_at is None else session.store.totals.received - left_at
        sign, color = _sign(session.connection.state)
        return Tab(name, title, shortened(title, _SHORT), f"+{count_text(news)}" if news else "", sign, color)


_SHORT = 11  # cells


def _is_of_use(session: Session, target: Target) -> bool:
    """Whether what is open need not be opened anew: neither has its profile changed, nor has it given up."""
    return session.target.profile == target.profile and not isinstance(session.connection.state, Failed)


def _sign(state: ConnectionState) -> tuple[str, str]:
    match state:
        case Connected():
            return "●", "$success"
        case Connecting() | WaitingToReconnect():
            return "◌", "$warning"
        case Failed():
            return "✗", "$error"
    return "○", "$text-faint"


async def _leave(explorers: Sequence[Explorer]) -> None:
    with suppress(TimeoutError):  # a dead link: the socket is closed all the same
        await asyncio.wait_for(asyncio.gather(*(explorer.leave() for explorer in explorers)), _PATIENCE)
