"""The first line of the screen: which broker, how it is, how much comes."""

from textual.content import Content
from textual.widget import Widget

from mqtt_tui.connection.state import (
    Connected,
    Connecting,
    ConnectionState,
    Disconnected,
    Failed,
    WaitingToReconnect,
)
from mqtt_tui.errors import ConnectRefused
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text, duration_text, size_text
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.safe import Part, line, shortened

_NARROW = 98
"""Cells below which memory and history come before the version of the protocol, which ``I`` shows."""
_BESIDE_URL = 18
"""Cells of the dot before the URL and of NOT VERIFIED behind it."""


class HeaderBar(Widget):
    """Broker and state to the left, traffic to the right; what matters least gives way first.

    Args:
        name: of the profile, or the host.
        url: of the broker; its query is not shown.
        budget: bytes that messages may take.
        read_only: whether nothing may be published.
        protected: whether each thing that is done to the broker is confirmed; the line is red then.
    """

    DEFAULT_CSS = """
    HeaderBar { height: 1; background: $lift; padding: 0 1; }
    HeaderBar.-protected { background: $error 35%; }
    """

    def __init__(self, name: str, url: str, *, budget: int, read_only: bool = False, protected: bool = False) -> None:
        super().__init__(classes="-protected" if protected else None)
        self._is_read_only = read_only
        self._is_protected = protected
        self._chip = display_text(name)
        self._url = display_text(url)
        self._budget = budget
        self._frame: Frame | None = None
        self._seconds_left = 0
        self._said: tuple[object, ...] = ()

    def apply_frame(self, frame: Frame, *, seconds_left: int) -> None:
        """Show the figures of a frame; drawn again only once a second or on a change of state."""
        said = (type(frame.state), frame.waiting is None, seconds_left)
        if said != self._said or frame.is_new_second:
            self._said, self._frame, self._seconds_left = said, frame, seconds_left
            self.refresh()

    def render(self) -> Content:
        """The line."""
        width = self.content_size.width
        color = "$background on $error" if self._is_protected else "$text-on-primary on $primary"
        chip = (f" {shortened(self._chip, 24)} ", f"bold {color}")
        mark: list[Part] = [" ", (" READ ONLY ", "$background on $secondary")] if self._is_read_only else []
        before = line(chip, *mark, "  ")
        left = line(chip, *mark, "  ", *self._state(width - before.cell_length, is_narrow=width < _NARROW))
        if self._frame is None:
            return left
        figures = self._figures(self._frame)
        while figures and left.cell_length + 2 + sum(part.cell_length for part in figures) > width:
            figures.pop()
        right = Content("").join(figures)
        gap = width - left.cell_length - right.cell_length
        return Content.assemble(left, " " * max(1, gap), right)

    def _state(self, cells: int, *, is_narrow: bool) -> list[Part]:
        """What fits into ``cells``; the mark of an unverified broker is never cut."""
        room = max(12, min(max(24, self.content_size.width - 64), cells - _BESIDE_URL))
        where = shortened(self._url, room)
        if self._frame is None:
            return [("○ ", "$text-faint"), where]
        waiting = self._frame.waiting
        frozen: list[Part] = []
        if waiting is not None:
            frozen = [("  FROZEN", "bold $warning"), (f" {count_text(waiting)} came since", "$warning")]
        return [*_state_parts(self._frame.state, where, self._seconds_left, is_narrow=is_narrow), *frozen]

    def _figures(self, frame: Frame) -> list[Content]:
        """The most important first."""
        totals = frame.totals
        history = line(("   history of ", "$text-soft"), (duration_text(frame.now - frame.whole_since), "$warning"))
        evicted = line((f", {count_text(totals.evicted)} evicted", "$text-soft"))
        figures = [
            line(("↓ ", "$secondary"), (f"{count_text(frame.message_rate)} msg/s", "bold")),
            line(
                "   ",
                count_text(frame.topics),
                (" topic" if frame.topics == 1 else " topics", "$text-soft"),
                *_folded(totals.folded),
            ),
            line("   ", (f"{size_text(frame.byte_rate)}/s", "$text-soft")),
            line("   ", (f"{totals.held // 1_048_576}/{self._budget // 1_048_576} MB", "$text-soft")),
            line("   ", (f"{count_text(totals.received)} received", "$text-soft")),
        ]
        if not totals.evicted:
            return figures
        wide = self.content_size.width >= _NARROW  # the count of what has gone stands behind how far back it reaches
        return [figures[0], line(history, evicted) if wide else history, *figures[1:]]


def _folded(topics: int) -> list[Part]:
    return [(f", {count_text(topics)} folded", "$warning")] if topics else []


def _state_parts(state: ConnectionState, where: str, seconds_left: int, *, is_narrow: bool) -> list[Part]:
    match state:
        case Connected(connack):
            protocol: list[Part] = [] if is_narrow else [(f"  MQTT {connack.protocol.title}", "$text-soft")]
            parts: list[Part] = [("● ", "$success"), where, *protocol]
            if connack.slow_intake:
                parts += ["  ", (" SLOW INTAKE ", "$background on $warning")]
            if connack.tls is None:
                return parts
            if connack.tls.is_verified:
                return [*parts, (f" · {display_text(connack.tls.version)}", "$text-soft")]
            return [*parts, "  ", (" NOT VERIFIED ", "bold $background on $error")]
        case Connecting(attempt):
            again = f", attempt {attempt}" if attempt > 1 else ""
            return [("◌ ", "$warning"), where, (f"  connecting{again} …", "$warning")]
        case WaitingToReconnect():
            return [
                ("◌ ", "$warning"),
                where,
                (f"  disconnected, next attempt in {seconds_left} s", "bold $warning"),
            ]
        case Failed(error):
            word = "refused" if isinstance(error, ConnectRefused) else "failed"
            return [("✗ ", "$error"), where, (f"  {word}", "bold $error")]
        case Disconnected():
            return [("○ ", "$text-faint"), where, ("  not connected", "$text-soft")]
