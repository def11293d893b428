"""What is known of the connection: what was granted, how it is secured, when it was gone."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.connection.facts import connack_facts
from mqtt_tui.connection.state import Connected, ConnectionState, Failed, Gap, TlsFacts, WaitingToReconnect
from mqtt_tui.connection.steps import Fact
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import duration_text, moment_text, size_text
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog

_LABEL_CELLS = 22


class Broker(Dialog[None]):
    """The connection as it stands when the dialog opens.

    Args:
        session: whose.
    """

    DEFAULT_CSS = """
    Broker > #box { width: 92; }
    """
    heading = "Broker"
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def content(self) -> ComposeResult:
        """Facts in groups."""
        yield Static(Content("").join(self._groups()))

    def _groups(self) -> Iterator[Content]:
        connection, store = self._session.connection, self._session.store
        state = connection.state
        yield _group(
            "Connection", [("address", display_text(self._session.target.profile.endpoint.public)), *_state(state)]
        )
        totals = store.totals
        yield _group(
            "This session",
            [
                ("received", f"{totals.received:,} messages, {size_text(totals.received_bytes)}"),
                ("kept", f"{totals.stored:,} messages"),
                ("memory", f"{size_text(totals.held)} of {size_text(store.budget.limit)}"),
                ("evicted for memory", f"{totals.evicted:,} messages"),
                ("history", f"whole since {moment_text(store.whole_since)}" if totals.evicted else "whole"),
                ("cleared by you", f"{totals.dropped:,} messages"),
                ("topics", f"{len(store):,}"),
                ("folded for memory", f"{totals.folded:,} topics"),
            ],
        )
        if isinstance(state, Connected):
            yield _group("What the broker allows", list(connack_facts(state.connack)))
            if state.connack.tls is not None:
                yield _group("TLS", list(_tls(state.connack.tls)))
        gaps = [(moment_text(gap.began_at), _gap(gap)) for gap in reversed(connection.gaps)]
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


def _tls(tls: TlsFacts) -> Iterator[Fact]:
    yield "version, cipher", display_text(f"{tls.version}, {tls.cipher}")
    yield "verified", "yes" if tls.is_verified else "NO: the profile says not to check"
    if tls.peer_subject:
        yield "certificate", display_text(tls.peer_subject)
        yield "valid until", display_text(tls.expires_at)


def _gap(gap: Gap) -> str:
    lasted = duration_text(gap.ended_at - gap.began_at)
    missing = "QoS 0 messages may be missing" if gap.session_resumed else "messages may be missing"
    return f"{lasted}; {missing}. {gap.reason}"
