"""What is known of the connection: asked for and granted, how it is secured, how quick it is, when it was gone."""

import asyncio
from collections import deque
from collections.abc import Iterator
from statistics import median

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.connection.facts import connack_facts, requested_facts
from mqtt_tui.connection.state import Connected, ConnectionState, Failed, Gap, TlsFacts, WaitingToReconnect
from mqtt_tui.connection.steps import Fact
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text, counted, duration_text, moment_text, size_text
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.safe import Part, line
from mqtt_tui.tui.screens.dialog import Dialog

_LABEL_CELLS = 21
_EVERY = 5
"""Seconds between two PINGREQ that are sent to see how long the answer takes."""
_ROUND_TRIPS = 30
_AFTER_DRAWING = 0.4
"""Seconds: the answer would wait for what a new second has to draw."""


class Broker(Dialog[None]):
    """The connection as it stands, and as it goes on.

    Args:
        session: whose.
    """

    DEFAULT_CSS = """
    Broker {
        & > #box { width: 92; padding: 1 0 0 2; }
        &.-wide > #box { width: 150; }
        #columns { height: auto; }
        #columns > Static { width: 1fr; height: auto; padding-right: 2; }
        &.-narrow #columns { layout: vertical; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
    heading = "Broker"
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rates: tuple[float, float] | None = None
        self._round_trips: deque[float] = deque(maxlen=_ROUND_TRIPS)
        self._seconds = 0
        self._columns = (Static(), Static())

    def content(self) -> ComposeResult:
        """Two columns, below each other where the terminal is narrow."""
        with Horizontal(id="columns"):
            yield from self._columns

    def on_mount(self) -> None:
        """Show how things stand."""
        box = self.query_one("#box")
        box.can_focus = True  # so that keys scroll it
        box.focus()
        self._show()

    def apply_frame(self, frame: Frame) -> None:
        """Go on showing it, once a second."""
        if not frame.is_new_second:
            return
        self._rates = frame.message_rate, frame.byte_rate
        self._seconds += 1
        if self._seconds % _EVERY == 1:  # not while the dialog opens
            self._measure()
        self._show()

    @work(exclusive=True, group="round trip")
    async def _measure(self) -> None:
        await asyncio.sleep(_AFTER_DRAWING)
        seconds = await self._session.connection.round_trip()
        if seconds is not None:
            self._round_trips.append(seconds)
            self._show()

    def _show(self) -> None:
        left, right = self._columns
        left.update(Content("").join([*self._about_connection(), *self._about_grants()]))
        right.update(Content("").join([*self._about_traffic(), *self._about_security(), *self._about_gaps()]))

    def _about_connection(self) -> Iterator[Content]:
        state = self._session.connection.state
        address = display_text(self._session.target.profile.endpoint.public)
        yield _group("Connection", [("address", address), *_state(state), ("round trip", self._round_trip_text())])

    def _round_trip_text(self) -> str:
        """Of PINGREQ and PINGRESP."""
        if not self._round_trips:
            return "not measured yet"
        last, least, middle = (
            f"{1000 * seconds:.1f} ms"
            for seconds in (self._round_trips[-1], min(self._round_trips), median(self._round_trips))
        )
        return f"{last}, least {least}, median {middle}"

    def _about_grants(self) -> Iterator[Content]:
        """Every property of CONNACK, and what had been asked for where that is something else."""
        state = self._session.connection.state
        if not isinstance(state, Connected):
            return
        wanted = requested_facts(self._session.target.profile)
        rows = [line(("Granted", "bold $primary"), (" by the broker\n", "$text-soft"))]
        for label, text in connack_facts(state.connack):
            asked = wanted.get(label, "")
            more: list[Part] = []
            if label in state.connack.left_out:
                more = [(" as asked for" if asked == text else " by default", "$text-faint")]
            elif asked and asked != text:
                more = [(f" asked for: {asked}", "$warning")]
            rows.append(line((f"{label:<{_LABEL_CELLS}} ", "$text-soft"), text, *more, "\n"))
        yield Content("").join(rows)

    def _about_traffic(self) -> Iterator[Content]:
        store = self._session.store
        totals, traffic = store.totals, self._session.traffic
        rates: list[Fact] = []
        if self._rates is not None:
            messages, size = self._rates
            rates = [("now", f"{count_text(messages)} messages/s, {size_text(size)}/s")]
        yield _group(
            "This session",
            [
                ("received", f"{counted(totals.received, 'message')}, {size_text(totals.received_bytes)}"),
                *rates,
                ("MQTT packets", f"{size_text(traffic.received)} received, {size_text(traffic.sent)} sent"),
                ("kept", counted(totals.stored, "message")),
                ("memory", f"{size_text(totals.held)} of {size_text(store.budget.limit)}"),
                ("evicted for memory", counted(totals.evicted, "message")),
                ("history", f"whole since {moment_text(store.whole_since)}" if totals.evicted else "whole"),
                ("cleared by you", counted(totals.dropped, "message")),
                ("topics", f"{len(store):,}"),
                ("folded for memory", counted(totals.folded, "topic")),
            ],
        )

    def _about_security(self) -> Iterator[Content]:
        state = self._session.connection.state
        if isinstance(state, Connected) and state.connack.tls is not None:
            yield _tls(state.connack.tls)

    def _about_gaps(self) -> Iterator[Content]:
        gaps = [(moment_text(gap.began_at), _gap(gap)) for gap in reversed(self._session.connection.gaps)]
        yield _group("Gaps", gaps or [("none", "the link was never lost")])


def _group(title: str, facts: list[Fact]) -> Content:
    rows = [line((f"{label:<{_LABEL_CELLS}} ", "$text-soft"), f"{text}\n") for label, text in facts]
    return Content("").join([line((f"{title}\n", "bold $primary")), *rows, Content("\n")])


def _state(state: ConnectionState) -> list[Fact]:
    match state:
        case Connected(connack):
            facts = [("state", f"connected, MQTT {connack.protocol.title}")]
            if connack.slow_intake:
                facts.append(("reading", f"message by message, slower: {connack.slow_intake}"))
            return facts
        case WaitingToReconnect(reason=error) | Failed(error):
            return [("state", "not connected"), ("because", error.message), ("hint", error.hint or "none")]
        case _:
            return [("state", "not connected")]


def _tls(tls: TlsFacts) -> Content:
    facts = [("version, cipher", display_text(f"{tls.version}, {tls.cipher}"))]
    if tls.peer_subject:
        facts += [("certificate", display_text(tls.peer_subject)), ("valid until", display_text(tls.expires_at))]
    verified: Part = ("yes", "") if tls.is_verified else ("NO: the profile says not to check", "bold $error")
    shown = line((f"{'verified':<{_LABEL_CELLS}} ", "$text-soft"), verified, "\n")
    group = _group("TLS", facts)
    return Content.assemble(group[:-1], shown, "\n")


def _gap(gap: Gap) -> str:
    lasted = duration_text(gap.ended_at - gap.began_at)
    missing = "QoS 0 messages may be missing" if gap.session_resumed else "messages may be missing"
    return f"{lasted}; {missing}. {gap.reason}"
