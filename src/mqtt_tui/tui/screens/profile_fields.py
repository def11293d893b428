"""The rows of the profile editor: label, control, and a line for help or for what is wrong."""

import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from mqtt_tui.profiles.profile import Secret
from mqtt_tui.tui.screens.profile_form import Field
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.shown_input import ShownInput, UrlInput

Value = TypeVar("Value")
_NUMBER = re.compile("-?[0-9]{1,18}")
DOTS = "••••••••"
"""Stands for a stored secret, whatever its length."""


class FieldRow(VerticalGroup, Generic[Value]):
    """One field; a subclass gives its ``control`` and its ``value``.

    Args:
        field: which one.
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

    def __init__(self, field: Field, stored: Value) -> None:
        super().__init__()
        self.field = field
        self.stored = stored

    def compose(self) -> ComposeResult:
        """Label and control, the note below."""
        with HorizontalGroup():
            yield Static(Content(self.field.label), classes="label")
            with VerticalGroup(classes="control"):
                yield from self.control()
        yield Static(Content(self.field.help), classes="note")

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
        return self.field.help

    def own_problem(self) -> str:
        """What is wrong that the schema does not know of; empty where nothing is."""
        return ""

    def note(self, problem: str, help: str = "") -> None:  # noqa: A002  it is what it is
        """Say what is wrong, or else ``help``, or else the field's own."""
        is_caution = bool(self.field.caution) and self.value is False
        self.set_class(bool(problem), "wrong")
        self.set_class(is_caution, "caution")
        text = problem or (self.field.caution if is_caution else help or self.help)
        self.query_one(".note", Static).update(Content(text))

    def begin(self) -> None:
        """Take the focus."""
        next(widget for widget in self.walk_children(Widget) if widget.focusable).focus()

    def on_input_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))

    def on_choice_chips_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))


class TextRow(FieldRow[str | int | None]):
    """A text."""

    def control(self) -> ComposeResult:
        """A line to type in."""
        value = "" if self.stored is None else str(self.stored)
        kind = UrlInput if self.field.key == "url" else ShownInput
        yield kind(value, placeholder=self.field.placeholder)

    @property
    def text(self) -> str:
        """What was typed; blanks around it count in a payload only."""
        text = self.query_one(ShownInput).value
        return text if self.field.key == "will.payload" else text.strip()

    @property
    def value(self) -> object:
        """The text; None for an empty line."""
        return self.text or None


class NumberRow(TextRow):
    """A whole number."""

    @property
    def value(self) -> object:
        """The number; what is none stays a text, and the schema says so."""
        return int(self.text) if _NUMBER.fullmatch(self.text) else self.text or None


class ChoiceRow(FieldRow[object]):
    """One of a few values."""

    def control(self) -> ComposeResult:
        """All of them in sight."""
        words = ["yes" if one is True else "no" if one is False else str(one) for one in self.field.choices]
        yield ChoiceChips([(word, "$primary") for word in words], self.field.choices.index(self.stored))

    @property
    def value(self) -> object:
        """The chosen one."""
        return self.field.choices[self.query_one(ChoiceChips).chosen]


class SecretRow(FieldRow[Secret | None]):
    """Where a secret comes from; one that is stored is never shown."""

    DEFAULT_CSS = """
    SecretRow ShownInput { margin-top: 0; }
    """
    _SOURCES = {"none": "none", "ask": "ask", "variable": "environment", "keyring": "key store", "stored": "stored"}
    _HELP = {
        "ask": "Asked for at each connect, stored nowhere.",
        "variable": "The environment variable that holds it.",
        "keyring": "Its name in the system's key store: keyring set mqtt-tui NAME.",
        "stored": "Plain text in profiles.toml; only its owner can read it.",
    }

    def control(self) -> ComposeResult:
        """The sources, and a line for three of them."""
        stored = self.stored
        source = "none"
        if stored is not None:
            named = {"ask": stored.prompt, "variable": stored.env is not None, "keyring": stored.keyring is not None}
            source = next((source for source, is_it in named.items() if is_it), "stored")
        yield ChoiceChips([(word, "$primary") for word in self._SOURCES.values()], list(self._SOURCES).index(source))
        yield ShownInput((stored.env if stored else None) or "", id="variable", placeholder="MQTT_PASSWORD")
        yield ShownInput((stored.keyring if stored else None) or "", id="keyring", placeholder="factory")
        kept = stored is not None and stored.value is not None
        yield ShownInput(password=True, id="stored", placeholder=f"{DOTS}  typing replaces it" if kept else "")

    def on_mount(self) -> None:
        """Show the line of the source."""
        self._show_line()

    def on_choice_chips_changed(self) -> None:
        """Another source has another line."""
        self._show_line()
        super().on_choice_chips_changed()

    def _show_line(self) -> None:
        for line in self.query(ShownInput):
            line.display = line.id == self._source

    @property
    def _source(self) -> str:
        return list(self._SOURCES)[self.query_one(ChoiceChips).chosen]

    def _typed(self, source: str) -> str:
        return self.query_one(f"#{source}", ShownInput).value

    @property
    def value(self) -> object:
        """The source as a table."""
        match self._source:
            case "none":
                return None
            case "ask":
                return {"prompt": True}
            case "variable":
                return {"env": self._typed("variable").strip()}
            case "keyring":
                return {"keyring": self._typed("keyring").strip()}
            case _:
                kept = self.stored.value if self.stored else None
                return {"value": self._typed("stored") or kept or ""}

    @property
    def help(self) -> str:
        """What the source means."""
        return self._HELP.get(self._source, self.field.help)

    def begin(self) -> None:
        """Take the focus where something is missing."""
        if self.own_problem():
            self.query_one(f"#{self._source}").focus()
        else:
            super().begin()

    def own_problem(self) -> str:
        """A line that must not be empty is."""
        match self.value:
            case {"env": ""}:
                return "Name the environment variable."
            case {"keyring": ""}:
                return "Name the entry."
            case {"value": ""}:
                return "Type the secret, or choose another source."
            case {"env": str(name)} if "=" in name or "\0" in name:
                return "The name of a variable has no '='."
        return ""


def row_for(field: Field, stored: object) -> FieldRow[Any]:
    """The row of a field of one value."""
    if field.choices:
        return ChoiceRow(field, field.default if stored is None else stored)
    if field.kind is Secret:
        return SecretRow(field, stored if isinstance(stored, Secret) else None)
    if isinstance(stored, int):
        return NumberRow(field, stored)
    return TextRow(field, stored if isinstance(stored, str) else None)


def problem_of(row: FieldRow[Any], problems: Mapping[str, str]) -> str:
    """What is wrong with the value of ``row`` or with a part of it."""
    key = row.field.key
    own = [row.own_problem()]
    return next(
        filter(None, own + [why for at, why in problems.items() if at == key or at.startswith((f"{key}.", f"{key}["))]),
        "",
    )
