"""Where a connection stands, as values."""

from dataclasses import dataclass

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """What TLS negotiated. Names are as the certificate has them: untrusted text."""

    version: str
    cipher: str
    peer_subject: str
    expires_at: str
    is_verified: bool
    """Off: the profile told us not to check; shown in red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connack:
    """What the server granted (MQTT 5.0, 3.2); on 3.1.1 all but the first three have their defaults."""

    protocol: Protocol
    session_present: bool
    client_identifier: str
    """Ours, or the one that the server assigned."""
    keep_alive: int
    """Seconds; the server's where it overrode ours."""
    session_expiry_interval: int = 0
    receive_maximum: int = 65_535
    maximum_qos: QoS = QoS.EXACTLY_ONCE
    retain_available: bool = True
    maximum_packet_size: int | None = None
    """Bytes; None is no limit but the protocol's."""
    topic_alias_maximum: int = 0
    wildcard_subscription_available: bool = True
    subscription_identifiers_available: bool = True
    shared_subscription_available: bool = True
    reason_string: str | None = None
    response_information: str | None = None
    server_reference: str | None = None
    user_properties: tuple[tuple[str, str], ...] = ()
    left_out: frozenset[str] = frozenset()
    """Of the properties, by the labels of ``connection.facts``, those whose value is the specification's default."""
    sent_again: int = 0
    """Messages of ours whose acknowledgement the connection before did not bring (MQTT 5.0, 4.4)."""
    given_up: int = 0
    """Those that are not sent again: their session was not resumed, or the server does not take them."""
    slow_intake: str = ""
    """Why messages are read one by one and not in bulk; empty where they are not."""
    tls: TlsFacts | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """At rest: never connected, or ended by the user."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Connecting:
    """An attempt is under way; the first is 1."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Connected:
    """Messages flow."""

    connack: Connack


@dataclass(frozen=True, slots=True)
class WaitingToReconnect:
    """The link is down; the next attempt begins ``delay`` seconds after ``since`` (monotonic seconds)."""

    attempt: int
    delay: float
    since: float
    reason: MqttTuiError


@dataclass(frozen=True, slots=True)
class Failed:
    """Trying again unchanged cannot help."""

    error: MqttTuiError


ConnectionState = Disconnected | Connecting | Connected | WaitingToReconnect | Failed


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which messages may have been missed."""

    began_at: int
    """Nanoseconds since the epoch: when the link was lost."""
    ended_at: int
    """Nanoseconds since the epoch: when the subscriptions stood again."""
    reason: str
    session_resumed: bool
    """QoS 1 and 2 messages were then kept by the broker."""
