"""The start screen: which broker?"""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from mqtt_tui.errors import ConnectRefused
from mqtt_tui.profiles.profile import profile_from_url
from mqtt_tui.profiles.target import Target
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.messages import OpenDemo, OpenTarget
from mqtt_tui.tui.safe import line, tell
from mqtt_tui.tui.screens.profile_changes import ProfileChanges
from mqtt_tui.tui.widgets.footer_bar import FooterBar
from mqtt_tui.tui.widgets.profile_list import ProfileList
from mqtt_tui.tui.widgets.quick_connect import QuickConnect
from mqtt_tui.tui.widgets.wordmark import Wordmark

_ON_SELECTED = {"connect", "edit", "rename", "duplicate", "delete", "default", "test"}
"""Actions on the selected profile."""
_LETTERS = {*_ON_SELECTED, "quick", "new", "demo", "public", "import", "first", "last"} - {"connect"}
"""Actions whose keys mean something else in the address line."""


class ConnectionsScreen(ProfileChanges):
    """Quick connect by address, and the saved profiles with all that can be done to them.

    Args:
        repository: the saved profiles.
        is_open: whether the broker of a profile is open in a tab.
    """

    DEFAULT_CSS = """
    ConnectionsScreen {
        align-horizontal: center;
        background: $background;

        & > #column { width: 100%; max-width: 100; height: 1fr; padding: 1 1 0 1; }
        &.-tall > #column { padding-top: 3; }
        &.-very-tall > #column { padding-top: 8; }
        Wordmark { padding: 0 2; margin-bottom: 1; }
        &.-tall Wordmark { margin-bottom: 2; }
        .card, ProfileList {
            border: round $line;
            border-title-color: $text-soft;
            border-subtitle-color: $text-faint;
            &:focus, &:focus-within { border: round $line-focus; border-title-color: $line-focus; }
        }
        .card { padding: 0 1; }
        #message { display: none; }
        .bad { border: round $error; border-title-color: $error; height: auto; max-height: 30%; }
        #problems { scrollbar-size-vertical: 1; }
        #rest { height: 1fr; }
        ProfileList { max-height: 100%; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall"), (50, "-very-tall")]
    AUTO_FOCUS = "ProfileList"
    BINDINGS = bindings_for(Scope.CONNECTIONS)

    def compose(self) -> ComposeResult:
        """Name, address line, problems, list; keys below."""
        with Vertical(id="column"):
            yield Wordmark()
            yield Static(id="message", classes="card bad")
            yield QuickConnect(classes="card")
            with VerticalScroll(id="problems", classes="card bad"):
                yield Static()
            with Vertical(id="rest"):
                yield ProfileList()
        yield FooterBar()

    def mend(self, name: str, refusal: ConnectRefused) -> None:
        """Say why the broker refused ``name``, and open that profile at the field at fault."""
        box = self.query_one("#message", Static)
        box.border_title = Content("Not connected")
        box.update(line(refusal.message, (f"\n{refusal.hint}" if refusal.hint else "", "$text-soft")))
        box.display = True
        self._reload(select=name)
        if self._list.selected == name:
            self.action_edit(refusal.field)
            tell(self, refusal)  # over the editor, which hides the box

    def on_screen_resume(self) -> None:
        """Show what is saved now: another window may have changed it."""
        self._reload()

    # Quick connect

    def action_quick(self) -> None:
        """To the address line."""
        self.query_one(QuickConnect).begin()

    def action_back(self) -> None:
        """To the list."""
        self._list.focus()

    def on_quick_connect_entered(self, event: QuickConnect.Entered) -> None:
        """Connect to the address; the name of a saved profile is one."""
        quick = self.query_one(QuickConnect)
        if event.address in self._profiles.entries:
            self._open_saved(event.address)
            return
        try:
            url = BrokerUrl.parse(event.address)
            profile = profile_from_url(url)
        except InvalidUrl as error:
            quick.refuse(error)
            return
        quick.clear()
        self.post_message(OpenTarget(Target(url.host, profile)))

    # Saved profiles

    def action_connect(self) -> None:
        """Connect to the selected broker."""
        if self._list.selected is not None:
            self._open_saved(self._list.selected)

    def on_profile_list_chosen(self) -> None:
        """A double click does the same."""
        self.action_connect()

    def _open_saved(self, name: str) -> None:
        self.post_message(OpenTarget(Target(name, self._profiles.entries[name], is_saved=True)))

    def action_demo(self) -> None:
        """Open the demo."""
        self.post_message(OpenDemo())

    # Moving

    def action_move(self, by: int) -> None:
        """Some profiles down, or up."""
        self._list.focus()
        self._list.move(by)

    def action_page(self, pages: int) -> None:
        """Some pages down, or up."""
        self.action_move(pages * self._list.page)

    def action_first(self) -> None:
        """To the first profile."""
        self.action_move(-len(self._profiles.entries))

    def action_last(self) -> None:
        """To the last profile."""
        self.action_move(len(self._profiles.entries))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While an address is typed, letters are letters; without a profile, there is none to change."""
        del parameters
        if action in _ON_SELECTED and self._list.selected is None:
            return False
        return action not in _LETTERS or not isinstance(self.focused, Input)
