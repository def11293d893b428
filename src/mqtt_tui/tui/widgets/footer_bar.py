"""The last line: the keys that work now."""

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from mqtt_tui.tui.commands import COMMANDS, Command
from mqtt_tui.tui.keymap import command_id
from mqtt_tui.tui.safe import line

_GAP = 3
_ALWAYS = 98
"""Ranks from which on a command keeps its place however narrow the line: help and palette lead to all others."""


class FooterBar(Widget):
    """Keys and titles from the command table, by rank, as many as fit; a click runs one."""

    DEFAULT_CSS = """
    FooterBar { height: 1; dock: bottom; background: $background; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._spots: list[tuple[int, int, str]] = []  # first and last cell, and the key to press

    def on_mount(self) -> None:
        """Follow the focus: other keys work there."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """The line."""
        room = self.content_size.width
        usable = self._usable()
        fitting: list[Binding] = []
        for command, binding in sorted(usable, key=lambda pair: pair[0].footer < _ALWAYS):
            cells = cell_len(f"{self._key(binding)} {self._title(command)}") + _GAP
            if cells - _GAP <= room:
                fitting.append(binding)
                room -= cells
        parts: list[Content] = []
        at = 0
        self._spots = []
        for command, binding in usable:
            if binding in fitting:
                part = line((self._key(binding), "bold $key"), (f" {self._title(command)}", "$text-soft"), " " * _GAP)
                self._spots.append((at, at + part.cell_length - _GAP, binding.key))
                at += part.cell_length
                parts.append(part)
        return Content("").join(parts)

    def _key(self, binding: Binding) -> str:
        return self.app.get_key_display(binding)

    def _title(self, command: Command) -> str:
        verbs: Mapping[str, str] = getattr(self.screen, "verbs", {})  # dialogs name their own deeds
        return verbs.get(command.id, command.title)

    def _usable(self) -> list[tuple[Command, Binding]]:
        """What works now and belongs here, by rank."""
        first: dict[str, Binding] = {}  # of a command with several keys, the first that no input would take as text
        focused = self.screen.focused
        for key, active in self.screen.active_bindings.items():  # (Textual knows no character for "slash")
            shown = self._key(active.binding)
            is_typed = focused is not None and focused.check_consume_key(key, shown if len(shown) == 1 else None)
            if active.enabled and command_id(active.binding) and not is_typed:
                first.setdefault(command_id(active.binding), active.binding)
        ranked = sorted((command for command in COMMANDS if command.footer), key=lambda command: command.footer)
        return [(command, first[command.id]) for command in ranked if command.id in first]

    def on_click(self, event: events.Click) -> None:
        """Run the command under the mouse."""
        at = event.get_content_offset(self)
        for first, last, key in self._spots:
            if at is not None and first <= at.x < last:
                self.app.simulate_key(key)
                return
