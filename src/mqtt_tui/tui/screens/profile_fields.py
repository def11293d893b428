"""The rows of the profile editor: label, control, and a line for help or for what is wrong."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, get_origin

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from mqtt_tui.profiles.fields import Field
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.words import Words
from mqtt_tui.tui.screens.secret_source import SecretSource
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.shown_input import ShownInput, UrlInput

Value = TypeVar("Value")
_NUMBER = re.compile("-?[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")


class FieldRow(VerticalGroup, Generic[Value]):
    """One field; a subclass gives its ``control`` and its ``value``.

    Args:
        words: of its key.
        stored: its value in the profile that is edited.
    """

    DEFAULT_CSS = """
    FieldRow {
        .label { width: 17; color: $text-soft; }
        .control { width: 1fr; height: auto; }
        .note { margin-left: 18; color: $text-faint; height: auto; }
        &.wrong .note, &.caution .note { color: $error; }
    }
    """

    class Changed(Message):
        """The user changed the value."""

        def __init__(self, row: "FieldRow[Any]") -> None:
            super().__init__()
            self.row = row

    def __init__(self, words: Words, stored: Value) -> None:
        super().__init__()
        self.words = words
        self.stored = stored
        self._note = Static(Content(words.help), classes="note")

    def compose(self) -> ComposeResult:
        """Label and control, the note below."""
        with HorizontalGroup():
            yield Static(Content(self.words.label), classes="label")
            with VerticalGroup(classes="control"):
                yield from self.control()
        yield self._note

    def control(self) -> ComposeResult:
        """What the value is entered with."""
        raise NotImplementedError

    @property
    def value(self) -> object:
        """As it would stand in profiles.toml; None where it is left out."""
        raise NotImplementedError

    @property
    def help(self) -> str:
        """What the note says while nothing is wrong."""
        return self.words.help

    @property
    def caution(self) -> str:
        """What to beware of as things stand; empty where nothing is."""
        return self.words.caution if self.value is False else ""

    def own_problem(self) -> str:
        """What is wrong that the schema does not know of; empty where nothing is."""
        return ""

    def problem_in(self, problems: Mapping[str, str]) -> str:
        """What is wrong with the value or with a part of it, by its own word or among ``problems`` by key."""
        key = self.words.key
        told = (
            why
            for at, why in problems.items()
            if at == key or at.startswith((f"{key}.", f"{key}[")) or key.startswith(f"{at}.")
        )
        return self.own_problem() or next(told, "")

    def note(self, problem: str, help: str = "") -> None:  # noqa: A002  it is what it is
        """Say what is wrong, or else ``help``, or else the field's own."""
        text = problem or self.caution or help or self.help
        self.set_class(bool(problem), "wrong")
        self.set_class(bool(self.caution), "caution")
        self._note.update(Content(text))

    def begin(self) -> None:
        """Take the focus."""
        next(widget for widget in self.walk_children(Widget) if widget.focusable).focus()

    def on_input_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))

    def on_choice_chips_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))


class TextRow(FieldRow[Any]):
    """A text."""

    def __init__(self, words: Words, stored: object) -> None:
        super().__init__(words, stored)
        kind = UrlInput if words.key == "url" else ShownInput
        self.line = kind(self.first_text, placeholder=words.placeholder)

    def control(self) -> ComposeResult:
        """A line to type in."""
        yield self.line

    @property
    def first_text(self) -> str:
        """The stored value."""
        return "" if self.stored is None else str(self.stored)

    @property
    def text(self) -> str:
        """What was typed; blanks around it count in a payload only."""
        return self.line.value if self.words.key == "will.payload" else self.line.value.strip()

    @property
    def value(self) -> object:
        """The text; None for an empty line."""
        return self.text or None


class NumberRow(TextRow):
    """A whole number."""

    @property
    def value(self) -> object:
        """The number; what is none stays a text, and the schema says so."""
        if _NUMBER.fullmatch(self.text):
            return int(self.text)
        return float(self.text) if _DECIMAL.fullmatch(self.text) else self.text or None


class WordsRow(TextRow):
    """Words on one line, in quotes where they have blanks; a command with its arguments is one."""

    @property
    def first_text(self) -> str:
        """The stored words."""
        return shlex.join(self.stored or ())

    @property
    def value(self) -> object:
        """The words; none for an empty line."""
        try:
            return shlex.split(self.text) or None
        except ValueError:
            return self.text  # which is no list, and is told by ``own_problem``

    def own_problem(self) -> str:
        """Quotes that do not end."""
        return "A quotation mark has no other end." if isinstance(self.value, str) else ""


class ChoiceRow(FieldRow[object]):
    """One of a few values.

    Args:
        words: of its key.
        stored: the value.
        choices: all values.
    """

    def __init__(self, words: Words, stored: object, choices: Sequence[object]) -> None:
        super().__init__(words, stored)
        self._choices = choices
        texts = ["on" if one is True else "off" if one is False else str(one) for one in choices]
        self.chips = ChoiceChips([(text, "$primary") for text in texts], choices.index(stored))

    def control(self) -> ComposeResult:
        """All of them in sight."""
        yield self.chips

    @property
    def value(self) -> object:
        """The chosen one."""
        return self._choices[self.chips.chosen]


class SecretRow(FieldRow[Secret | None]):
    """Where a secret comes from; one that is stored is never shown."""

    def __init__(self, words: Words, stored: Secret | None) -> None:
        super().__init__(words, stored)
        self.source = SecretSource(stored, has_none=True)

    def control(self) -> ComposeResult:
        """The sources, and a line for what they need."""
        yield self.source

    @property
    def value(self) -> object:
        """The source as a table."""
        return self.source.value

    @property
    def help(self) -> str:
        """What the source means."""
        return self.source.help or self.words.help

    def on_secret_source_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))

    def begin(self) -> None:
        """Take the focus where something is missing."""
        if self.own_problem():
            self.source.line.focus()
        else:
            super().begin()

    def own_problem(self) -> str:
        """A line that must not be empty is."""
        return self.source.problem


def row_for(field: Field, stored: Any) -> FieldRow[Any]:  # noqa: ANN401  what the schema says
    """The row of a field of one value."""
    if field.choices:
        return ChoiceRow(field.words, field.default if stored is None else stored, field.choices)
    if field.kind is Secret:
        return SecretRow(field.words, stored)
    if field.kind in (int, float):
        return NumberRow(field.words, stored)
    if get_origin(field.kind) is tuple:
        return WordsRow(field.words, stored)
    return TextRow(field.words, stored)
