"""What a connection went through."""

import json
from collections.abc import Iterator

from textual.content import Content

from mqtt_tui.connection.event_log import Event, Weight
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import clock_text, counted, moment_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.log_dialog import LogDialog
from mqtt_tui.tui.widgets.log_list import LogRow

_SIGNS = {Weight.NOTE: "·", Weight.GOOD: "●", Weight.WARNING: "▲", Weight.PROBLEM: "✗"}
_LABEL = 22  # cells


class EventView(LogDialog):
    """The events of one connection, and of the chosen one all that is known.

    Args:
        session: whose.
    """

    BINDINGS = bindings_for(Scope.EVENTS)

    def __init__(self, session: Session) -> None:
        super().__init__(f"Events of {display_text(session.target.name)}", f"events-{session.target.name}")
        self._log = session.connection.log
        self._seen = -1
        self._shown: list[Event] = []
        self._problems_only = False

    def apply_frame(self, frame: Frame) -> None:
        """Follow what is new."""
        del frame
        if self._log.total != self._seen:
            self.look()

    def look(self) -> None:
        """Show the events as they are now."""
        gone, self._seen = self._log.total - max(0, self._seen), self._log.total
        events = self._log.events
        self._shown = [event for event in events if event.is_problem or not self._problems_only]
        self.list.show([_row(event) for event in self._shown], gone=gone if len(events) < self._seen else 0)
        self.tell_details()
        problems = sum(event.is_problem for event in events)
        kept = "" if len(events) == self._seen else f", the newest {len(events):,} kept"
        all_of_them = f"{counted(self._seen, 'event')}{kept}, {counted(problems, 'problem')}"
        what = "problems only" if self._problems_only else all_of_them
        self.query_one("#box").border_subtitle = Content(what)

    def details_of(self, number: int) -> Content:
        """The event in full."""
        if number >= len(self._shown):
            return line(("No event yet." if not self._problems_only else "No problem so far.", "$text-soft"))
        event = self._shown[number]
        parts = [line((f"{moment_text(event.at)}\n", "$text-soft"), (event.text, "bold"))]
        if event.hint:
            parts.append(line(f"\n→ {event.hint}"))
        parts += [line("\n", (f"{label:<{_LABEL}} ", "$text-soft"), text) for label, text in event.facts]
        return Content("").join(parts)

    def text_of(self, number: int) -> str:
        """The event as one would quote it."""
        event = self._shown[number]
        return " ".join(filter(None, (moment_text(event.at), event.text, event.hint)))

    def lines_to_save(self) -> Iterator[str]:
        """One JSON object an event."""
        for event in self._shown:
            fields = {"at": moment_text(event.at), "weight": event.weight.value, "text": event.text, "hint": event.hint}
            yield json.dumps(fields | {"facts": [list(fact) for fact in event.facts]}, ensure_ascii=False)

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self._shown)

    def action_problems(self) -> None:
        """Only problems, or all."""
        self._problems_only = not self._problems_only
        self.look()
        self.list.move(self.count)


def _row(event: Event) -> LogRow:
    return LogRow(clock_text(event.at), _SIGNS[event.weight], event.weight.value, event.text, event.hint)
