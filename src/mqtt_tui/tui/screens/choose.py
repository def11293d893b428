"""Choosing one of a few things."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mqtt_tui.tui.screens.dialog import Dialog


class Choose(Dialog[str]):
    """A short list; the result is the chosen thing's name.

    Args:
        heading: above the list.
        choices: names, and how each is shown.
        current: the name that is chosen at first.
        note: above the list, what is to be known before one chooses.
    """

    DEFAULT_CSS = """
    Choose {
        & > #box { width: 64; padding: 0 1; }
        OptionList, OptionList:focus {
            border: none;
            background: $surface;
            height: auto;
            max-height: 20;
            padding: 0;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        .hint { margin: 0 1 1 1; }
        OptionList:focus > .option-list--option-highlighted { background: $selection; color: $foreground; }
    }
    """
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(
        self, heading: str, choices: Sequence[tuple[str, Content]], current: str = "", *, note: str = ""
    ) -> None:
        super().__init__()
        self.heading = heading
        self._choices = choices
        self._current = current
        self._note = note

    def content(self) -> ComposeResult:
        """The list."""
        if self._note:
            yield Static(Content(self._note), classes="hint")
        yield OptionList(*[Option(shown, id=name) for name, shown in self._choices])

    def on_mount(self) -> None:
        """Begin at the current one."""
        names = [name for name, _ in self._choices]
        choices = self.query_one(OptionList)
        choices.highlighted = names.index(self._current) if self._current in names else 0
        choices.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)
