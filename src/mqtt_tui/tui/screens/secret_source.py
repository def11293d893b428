"""Where a secret comes from, to be chosen."""

import shlex
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.message import Message

from mqtt_tui.profiles.secret import Secret
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.shown_input import ShownInput

_DOTS = "••••••••"
"""Stands for a stored secret, whatever its length."""


@dataclass(frozen=True, slots=True)
class _Source:
    """One of the chips.

    Args:
        name: as ``Secret.source`` has it; empty for no secret.
        word: on the chip.
        help: what it means.
        placeholder: of the line; None where it needs none.
        missing: what to say of an empty line.
    """

    name: str
    word: str
    help: str = ""
    placeholder: str | None = None
    missing: str = ""


_SOURCES = (
    _Source("", "none"),
    _Source("prompt", "ask", "Asked for when the broker is opened, stored nowhere."),
    _Source("env", "env", "The environment variable that holds it.", "MQTT_PASSWORD", "Name the environment variable."),
    _Source(
        "keyring",
        "keyring",
        "Its name in the system's key store: mqtt-tui profiles login stores it.",
        "factory",
        "Name the entry.",
    ),
    _Source(
        "command",
        "command",
        "A program that prints it, run for each connection.",
        "pass show mqtt/factory",
        "Name it.",
    ),
    _Source("file", "file", "A file that holds nothing else.", "factory.password", "Name the file."),
    _Source(
        "value",
        "stored",
        "Plain text in profiles.toml; only its owner can read it.",
        "",
        "Type the secret, or choose another source.",
    ),
)


class SecretSource(VerticalGroup):
    """The sources side by side, and a line for what the chosen one needs.

    Args:
        stored: the secret as it is.
        has_none: whether there may be none.
    """

    DEFAULT_CSS = """
    SecretSource { height: auto; width: 1fr; }
    """

    class Changed(Message):
        """The source, or its line."""

    def __init__(self, stored: Secret | None, *, has_none: bool) -> None:
        super().__init__()
        self._stored = stored
        self._sources = [one for one in _SOURCES if one.name or has_none]
        source = "" if stored is None else stored.source
        chosen = next(number for number, one in enumerate(self._sources) if one.name == source)
        self.chips = ChoiceChips([(one.word, "$primary") for one in self._sources], chosen)
        self.lines = {one.name: self._new_line(one) for one in self._sources if one.placeholder is not None}

    def compose(self) -> ComposeResult:
        """The chips and the lines."""
        yield self.chips
        yield from self.lines.values()

    def _new_line(self, source: _Source) -> ShownInput:
        is_stored = source.name == "value"
        is_kept = is_stored and self._stored is not None and bool(self._stored.value)
        shown = f"{_DOTS}  typing replaces it" if is_kept else source.placeholder or ""
        return ShownInput(self._first_text(source.name), id=source.name, placeholder=shown, password=is_stored)

    def _first_text(self, name: str) -> str:
        if self._stored is None or self._stored.source != name or name == "value":
            return ""
        value = getattr(self._stored, name)
        return shlex.join(value) if name == "command" else str(value)

    def on_mount(self) -> None:
        """Show the line of the source."""
        self._show_line()

    def on_choice_chips_changed(self) -> None:
        """Another source has another line."""
        self._show_line()
        self.post_message(self.Changed())

    def on_input_changed(self) -> None:
        """Tell."""
        self.post_message(self.Changed())

    def _show_line(self) -> None:
        for name, line in self.lines.items():
            line.display = name == self._source.name

    @property
    def _source(self) -> _Source:
        return self._sources[self.chips.chosen]

    @property
    def line(self) -> ShownInput:
        """That of the chosen source, which has one."""
        return self.lines[self._source.name]

    @property
    def help(self) -> str:
        """What the source means; empty for no secret."""
        return self._source.help

    @property
    def problem(self) -> str:
        """What is wrong; empty where nothing is."""
        match self.value:
            case {"env": str(name)} if "=" in name or "\0" in name:
                return "The name of a variable has no '='."
            case {"command": str()}:
                return "A quotation mark has no other end."
            case dict(table) if not all(table.values()):
                return self._source.missing
        return ""

    @property
    def value(self) -> dict[str, object] | None:
        """As it stands in profiles.toml; None where there is no secret."""
        match self._source.name:
            case "":
                return None
            case "prompt":
                return {"prompt": True}
            case "value":
                kept = self._stored.value if self._stored else None
                return {"value": self.line.value or kept or ""}
            case "command":
                try:
                    return {"command": shlex.split(self.line.value)}
                except ValueError:
                    return {"command": self.line.value}
            case name:
                return {name: self.line.value.strip()}
