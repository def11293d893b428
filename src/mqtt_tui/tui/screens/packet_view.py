"""The control packets of a connection."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import overload

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from mqtt_tui.connection.packet_trace import TracedPacket
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import clock_text, moment_text, size_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.log_dialog import LogDialog
from mqtt_tui.tui.widgets.log_list import LogRow
from mqtt_tui.tui.widgets.plain_input import PlainInput


class PacketView(LogDialog):
    """The packet trace, which is switched on and off here, and goes on behind.

    Args:
        session: whose.
    """

    DEFAULT_CSS = """
    PacketView #words { margin: 0 1; display: none; }
    """
    BINDINGS = bindings_for(Scope.PACKETS)

    def __init__(self, session: Session) -> None:
        super().__init__(f"Packets of {display_text(session.target.name)}", f"packets-{session.target.name}")
        self._trace = session.trace
        self._seen = 0
        self._shown: list[TracedPacket] = []
        self._words: list[str] = []

    def content(self) -> ComposeResult:
        """The list, the filter, the chosen packet."""
        yield from super().content()
        yield PlainInput(placeholder="words: publish, sent, received, a topic; !word leaves out", id="words")

    def apply_frame(self, frame: Frame) -> None:
        """Follow what is new."""
        del frame
        if self._trace.total != self._seen:
            self.look()

    def look(self) -> None:
        """Show the packets as they are now; of those that were there already nothing is read again."""
        packets = self._trace.packets
        first = packets[0].number if packets else 0
        gone = bisect_left(self._shown, first, key=lambda packet: packet.number)
        new = packets[max(0, self._seen - first) :]
        self._shown = self._shown[gone:] + [packet for packet in new if self._passes(packet)]
        self._seen = self._trace.total
        self.list.show(_Rows(self._shown), gone=gone)
        self.tell_details()
        state = "on" if self._trace.is_on else "off"
        filtered = f"{len(self._shown):,} of " if self._words else ""
        subtitle = f"the trace is {state} · {filtered}{len(packets):,} packets"
        self.query_one("#box").border_subtitle = Content(subtitle)

    def _look_anew(self) -> None:
        self._shown, self._seen = [], 0
        self.look()

    def _passes(self, packet: TracedPacket) -> bool:
        if not self._words:
            return True
        text = f"{packet.kind} {_direction(packet)} {packet.description}".lower()
        return all((word.lstrip("!") in text) != word.startswith("!") for word in self._words)

    def details_of(self, number: int) -> Content:
        """The packet on lines of their own."""
        if number >= len(self._shown):
            if self._trace.is_on:
                return line(("No packet yet." if not self._words else "No packet has these words.", "$text-soft"))
            return line("The trace is off. ", ("t switches it on; it goes on when this is closed.", "$text-soft"))
        packet = self._shown[number]
        head = line((f"{moment_text(packet.at)}\n", "$text-soft"), (f"{packet.kind} {_direction(packet)}", "bold"))
        size = f"\n{size_text(packet.size)} behind the fixed header, whose first byte is 0x{packet.head:02X}"
        return Content("").join([head, line((size, "$text-soft")), line(f"\n{packet.description}")])

    def text_of(self, number: int) -> str:
        """The packet on one line."""
        packet = self._shown[number]
        return f"{moment_text(packet.at)} {_direction(packet)} {packet.kind} {packet.description}"

    def lines_to_save(self) -> Iterator[str]:
        """One JSON object a packet."""
        for packet in self._shown:
            yield json.dumps(
                {
                    "at": moment_text(packet.at),
                    "direction": _direction(packet),
                    "kind": packet.kind,
                    "size": packet.size,
                    "description": packet.description,
                },
                ensure_ascii=False,
            )

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self._shown)

    def action_trace(self) -> None:
        """Switch the trace on, or off."""
        self._trace.is_on = not self._trace.is_on
        self.look()

    def action_clear(self) -> None:
        """Forget the packets so far."""
        self._trace.clear()
        self._look_anew()

    def action_filter(self) -> None:
        """Show only packets with some words."""
        words = self.query_one("#words", Input)
        words.display = True
        words.focus()

    @on(Input.Changed, "#words")
    def _typed(self, event: Input.Changed) -> None:
        if self.is_open:
            self._words = event.value.lower().split()
            self._look_anew()

    @on(Input.Submitted, "#words")
    def _kept(self) -> None:
        self.list.focus()


class _Rows(Sequence[LogRow]):
    """Rows that are read when they are seen."""

    def __init__(self, packets: Sequence[TracedPacket]) -> None:
        self._packets = packets

    def __len__(self) -> int:
        return len(self._packets)

    @overload
    def __getitem__(self, number: int) -> LogRow: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[LogRow]: ...

    def __getitem__(self, number: int | slice) -> LogRow | Sequence[LogRow]:
        if isinstance(number, slice):
            return _Rows(self._packets[number])
        return _row(self._packets[number])


def _direction(packet: TracedPacket) -> str:
    return "sent" if packet.is_sent else "received"


def _row(packet: TracedPacket) -> LogRow:
    sign, style = ("→", "out") if packet.is_sent else ("←", "in")
    text = f"{packet.kind:<11} {packet.description}"
    return LogRow(clock_text(packet.at), sign, style, text, size_text(packet.size))
