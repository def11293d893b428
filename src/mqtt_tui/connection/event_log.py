"""What a connection went through, in words."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mqtt_tui.connection.facts import connack_facts
from mqtt_tui.connection.state import (
    Connack,
    Connecting,
    ConnectionState,
    Disconnected,
    Failed,
    Gap,
    WaitingToReconnect,
)
from mqtt_tui.connection.steps import Fact
from mqtt_tui.connection.transport import Grant
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.text.display_text import display_text

KEPT = 2_000
"""Events; the oldest give way."""


class Weight(StrEnum):
    """How much an event matters."""

    NOTE = "note"
    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; all texts are safe to show."""

    at: int
    """Nanoseconds since the epoch."""
    weight: Weight
    text: str
    hint: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def is_problem(self) -> bool:
        """Whether it is of those that one looks for."""
        return self.weight in (Weight.WARNING, Weight.PROBLEM)


class EventLog:
    """The newest events of one connection.

    Args:
        wall_clock: nanoseconds since the epoch.
        where: the broker's address, safe to show.
    """

    def __init__(self, wall_clock: Callable[[], int], where: str) -> None:
        self._wall_clock = wall_clock
        self._where = where
        self._events: deque[Event] = deque(maxlen=KEPT)
        self.total = 0
        """How many there have been."""

    @property
    def events(self) -> list[Event]:
        """Those that are kept, oldest first."""
        return list(self._events)

    def _add(self, weight: Weight, text: str, hint: str = "", facts: tuple[Fact, ...] = ()) -> None:
        self._events.append(Event(self._wall_clock(), weight, text, hint, facts))
        self.total += 1

    def state(self, state: ConnectionState) -> None:
        """The connection has come into ``state``; of a new one ``connected`` tells."""
        match state:
            case Connecting(attempt):
                again = f", attempt {attempt}" if attempt > 1 else ""
                self._add(Weight.NOTE, f"Connecting to {self._where}{again}.")
            case WaitingToReconnect(delay=delay, reason=error):
                self._add(Weight.PROBLEM, error.message, error.hint, (("next attempt", f"in {delay:.1f} s"),))
            case Failed(error):
                self._add(Weight.PROBLEM, error.message, error.hint, (("next attempt", "none: only when you ask"),))
            case Disconnected():
                self._add(Weight.NOTE, "Disconnected.")

    def connected(self, connack: Connack) -> None:
        """The server has let us in; told before the subscriptions that follow."""
        session = "the session was resumed" if connack.session_present else "a new session"
        text = f"Connected with MQTT {connack.protocol.title}, {session}."
        tls = connack.tls
        about_tls = [] if tls is None else [("TLS", display_text(f"{tls.version}, {tls.cipher}"))]
        self._add(Weight.GOOD, text, facts=(*connack_facts(connack), *about_tls))
        if connack.sent_again:
            self._add(Weight.NOTE, f"{_ours(connack.sent_again)} sent again: the acknowledgement was lost.")
        if connack.given_up:
            text = f"{_ours(connack.given_up)} not sent again, though the acknowledgement was lost."
            self._add(Weight.PROBLEM, text, "Where it was not published the first time, it is missing.")

    def not_this_version(self, error: MqttTuiError, version: str) -> None:
        """The broker may not take this version of MQTT: an older one is tried."""
        self._add(Weight.WARNING, f"With MQTT {version}: {error.message}", "An older version is tried.")

    def gap(self, gap: Gap) -> None:
        """The link is back after a time in which messages may have been missed."""
        seconds = (gap.ended_at - gap.began_at) / 1e9
        missing = "QoS 0 messages may be missing" if gap.session_resumed else "messages may be missing"
        self._add(Weight.WARNING, f"Nothing came for {seconds:,.1f} s: {missing}.", facts=(("because", gap.reason),))

    def answered(self, subscription: Subscription, grant: Grant) -> None:
        """The server, or one of its limits, has answered a subscription."""
        name, asked = display_text(subscription.topic_filter), int(subscription.qos)
        said = f", “{display_text(grant.reason_string)}”" if grant.reason_string else ""
        code = grant.reason_code
        if code.is_failure:
            self._add(Weight.PROBLEM, f"The subscription to {name} was refused: {code}{said}.")
        elif int(code) < asked:
            self._add(Weight.WARNING, f"Subscribed to {name} with QoS {int(code)} instead of {asked}{said}.")
        else:
            self._add(Weight.NOTE, f"Subscribed to {name} with QoS {asked}{said}.")

    def left(self, topic_filter: str) -> None:
        """A subscription was removed or paused, also with the server."""
        self._add(Weight.NOTE, f"Unsubscribed from {display_text(topic_filter)}.")

    def not_left(self, error: MqttTuiError) -> None:
        """A subscription was removed or paused, but not with the server."""
        self._add(Weight.PROBLEM, error.message, error.hint)

    def blamed(self, topic_filter: str, why: str) -> None:
        """A subscription was paused, since the connection ends whenever it is made; ``why`` is safe to show."""
        text = f"The subscription to {display_text(topic_filter)} is paused: the connection ended whenever it was made."
        self._add(
            Weight.PROBLEM, text, "s shows it; resume it once what is stored there was cleared.", (("because", why),)
        )

    def not_published(self, topic_name: str, error: MqttTuiError) -> None:
        """A message was not, or perhaps not, published."""
        self._add(Weight.PROBLEM, error.message, error.hint, (("topic", display_text(topic_name)),))


def _ours(messages: int) -> str:
    return f"{messages:,} {'message of ours is' if messages == 1 else 'messages of ours are'}"
