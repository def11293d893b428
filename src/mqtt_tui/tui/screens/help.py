"""Help: every command with its keys, the place where the user is first."""

import textwrap
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from mqtt_tui.tui.commands import Command, Scope, of_scope
from mqtt_tui.tui.keymap import keys_of
from mqtt_tui.tui.safe import Part, line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.plain_input import PlainInput

_KEY_CELLS = 9
_TITLE_CELLS = 19

_LEGEND: Sequence[Part] = (
    (" R ", "bold $retained"), "retained: the broker keeps this message for new subscribers\n",
    ("age ?", "$text-soft"), "  stored before we subscribed: MQTT does not say when\n",
    ("▂▅▇", "$secondary"), "    messages in each of the last eight seconds\n",
    ("12 · 3/s", "$text-soft"), "  topics in the branch · messages per second\n",
    ("␛ \\x9b", "$text-soft"), "  a control character that somebody published, made visible\n",
)  # fmt: skip


class Help(Dialog[None]):
    """All commands, searchable.

    Args:
        scopes: the places whose commands work now, the nearest first; the others follow.
        keymap: keys that the user chose, by command id.
    """

    DEFAULT_CSS = """
    Help {
        & > #box { width: 100; height: 90%; padding: 1 2 0 2; }
        #search { margin-bottom: 1; }
        #list { height: 1fr; }
    }
    """
    heading = "Help"
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, scopes: Sequence[Scope], keymap: dict[str, str]) -> None:
        super().__init__()
        self._scopes = [*scopes, *(scope for scope in Scope if scope not in scopes)]
        self._keymap = keymap

    def content(self) -> ComposeResult:
        """A search line, and the list."""
        yield PlainInput(placeholder="what do you want to do?", id="search")
        with VerticalScroll(id="list", can_focus=True):
            yield Static(self._listed(""), id="commands")

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        if self.is_open:
            self.query_one("#commands", Static).update(self._listed(event.value))

    @on(Input.Submitted, "#search")
    def _read(self) -> None:
        self.query_one("#list").focus()

    def _listed(self, wanted: str) -> Content:
        words = wanted.lower().split()
        parts: list[Content] = []
        for scope in self._scopes:
            found = [
                command
                for command in of_scope(scope)
                if all(word in f"{command.title} {command.help}".lower() for word in words)
            ]
            if found:
                parts.append(line((f"{scope}\n", "bold $primary")))
                parts += [self._row(command) for command in found]
                parts.append(Content("\n"))
        if not words:
            parts.append(line(("What the signs mean\n", "bold $primary"), *_LEGEND))
        return Content("").join(parts) if parts else line(("Nothing is called so. ", "$text-soft"), "Try another word.")

    def _row(self, command: Command) -> Content:
        keys = " ".join(self.app.get_key_display(Binding(key, "")) for key in keys_of(command, self._keymap))
        indent = _KEY_CELLS + _TITLE_CELLS + 3
        room = min(100, self.app.size.width * 96 // 100) - 9 - indent
        explained = f"\n{' ' * indent}".join(textwrap.wrap(command.help, max(20, room)))
        return line(
            (f"{keys:>{_KEY_CELLS}}  ", "bold $key"),
            f"{command.title:<{_TITLE_CELLS}} ",
            (f"{explained}\n", "$text-soft"),
        )
