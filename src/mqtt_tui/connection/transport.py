"""The seam between the connection manager and whatever brings messages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mqtt_tui.connection.state import Connack
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile


class Sink(Protocol):
    """Takes what arrives: the store, an export, a recorder."""

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        """Take messages that came in one read, one at least, in order; must not block, await or raise.

        Args:
            topics: the topic name of each; UTF-8.
            rests: what followed it in each packet: packet identifier, properties, payload.
            arrivals: when and how it came; of the same serial, and mostly the same for all.
        """


@dataclass(frozen=True, slots=True)
class Grant:
    """The server's answer for one topic filter: a granted QoS, or a failure from 0x80 on."""

    reason_code: ReasonCode
    reason_string: str | None = None


class Transport(Protocol):
    """One attempt at one connection; never reused."""

    async def open(self, *, clean_start: bool = False) -> Connack:
        """Connect.

        Args:
            clean_start: so that the server forgets the session, this once, whatever the profile says.

        Raises:
            CannotConnect: name, network, TLS, time-out, or no MQTT there.
            ConnectRefused: with the reason code.
            UsageError: no CONNECT can be made of the profile.
        """

    async def closed(self) -> ConnectionLost:
        """Wait until the open connection has ended otherwise than by ``close``; why it did."""

    async def subscribe(self, subscriptions: Sequence[Subscription]) -> Sequence[Grant]:
        """Send one SUBSCRIBE and wait for its answer; a grant or refusal for each subscription, in order.

        Args:
            subscriptions: alike in identifier and user properties, and no more than the server takes in one packet
                (``subscribe_packets``).

        Raises:
            ConnectionLost: before the answer.
            TimedOut: where none came.
            UsageError: no packet can be made of them.
        """

    async def unsubscribe(self, topic_filters: Sequence[str]) -> Sequence[ReasonCode]:
        """Send one UNSUBSCRIBE likewise (``unsubscribe_packets``). Raises as ``subscribe``."""

    async def publish(self, request: PublishRequest) -> PublishOutcome:
        """Send one message and wait for its acknowledgement.

        Raises:
            Rejected: the broker refused it, or it breaks a limit of the broker.
            ConnectionLost: before the acknowledgement; it may have been published.
            TimedOut: where none came.
            UsageError: no packet can be made of it.
        """

    async def probe(self) -> None:
        """Ask the server for a sign of life now, and wait for it.

        Raises:
            ConnectionLost: the connection has ended, for want of it or otherwise.
        """

    async def close(self, *, with_will: bool = False) -> None:
        """Disconnect and let go of the socket, whatever state it is in. Never raises.

        Args:
            with_will: so that the server publishes the will: with reason code 0x04, before MQTT 5 without DISCONNECT
                (MQTT 5.0, 3.14.2.1; MQTT 3.1.1, 3.1.2.5).
        """


OpenTransport = Callable[[BrokerProfile, Sink], Awaitable[Transport]]
"""Makes the transport of the next attempt, once its secrets are known; raises MqttTuiError where they are not."""
