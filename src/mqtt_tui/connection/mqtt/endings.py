"""Attempts and connections that ended, as errors for people."""

import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from paho.mqtt.exception import MQTTException

from mqtt_tui.connection import explain, refusals
from mqtt_tui.connection.mqtt.outcomes import CONNACK, ConnackPacket, Ending, NotBeforeConnack, NotSentAgain
from mqtt_tui.connection.mqtt.properties import text
from mqtt_tui.connection.mqtt.publish_packet import BrokenPacket
from mqtt_tui.connection.mqtt.socket_opener import OpeningFailed
from mqtt_tui.connection.steps import Stage
from mqtt_tui.errors import CannotConnect, ConnectionLost, ConnectRefused, MqttTuiError, UsageError
from mqtt_tui.profiles.url import BrokerUrl
from mqtt_tui.text.display_text import display_text

_DOING = {
    Stage.NAME: "looking up the name",
    Stage.REACH: "connecting",
    Stage.TLS: "TLS handshake",
    Stage.WEBSOCKET: "WebSocket handshake",
}


def opening_failed(failure: OpeningFailed, url: BrokerUrl, *, shows_certificate: bool) -> MqttTuiError:
    """No socket came about."""
    cause = failure.__cause__
    if isinstance(cause, MqttTuiError):  # the way there says it by itself
        return cause
    match failure.stage:
        case Stage.TLS:
            return explain.tls_failed(cause, url, shows_certificate=shows_certificate)
        case Stage.WEBSOCKET:
            return explain.websocket_refused(cause, failure.answer, url, shows_certificate=shows_certificate)
    return explain.unreachable(cause, url)


def timed_out(stage: Stage, spoken: bytes, url: BrokerUrl, seconds: int) -> CannotConnect:
    """The time for the attempt is over; ``spoken`` is what came instead of CONNACK."""
    if spoken and spoken[0] != CONNACK:
        return explain.not_mqtt(spoken, url)
    if stage is Stage.MQTT:
        return explain.no_connack(url, seconds)
    return explain.timed_out(url, seconds, _DOING[stage])


def refused(packet: ConnackPacket, url: BrokerUrl, *, may_be_outdated: bool) -> ConnectRefused:
    """CONNACK with a failure; with secrets that may be outdated none is for good."""
    error = refusals.connect_refused(
        explain.where(url),
        packet.reason_code,
        text(packet.properties, "ReasonString"),
        text(packet.properties, "ServerReference"),
    )
    error.permanent = error.permanent and not may_be_outdated
    return error


def ended_before_connack(ending: Ending, spoken: bytes, url: BrokerUrl, *, shows_certificate: bool) -> CannotConnect:
    """The connection ended where CONNACK should have come; ``spoken`` is what came instead."""
    if isinstance(ending.error, NotBeforeConnack):
        spoken = ending.error.spoken
    if spoken and spoken[0] != CONNACK:
        return explain.not_mqtt(spoken, url)
    if ending.error is not None and not isinstance(ending.error, OSError):
        return CannotConnect(f"{explain.where(url)} sent a CONNACK that cannot be read{_because(ending.error)}.")
    return explain.closed_before_connack(ending.error, url, shows_certificate=shows_certificate)


def lost(ending: Ending, url: BrokerUrl) -> ConnectionLost:
    """An established connection ended."""
    place = explain.where(url)
    if ending.reason_code is not None:
        return refusals.ended_by_server(place, ending.reason_code, ending.reason_string, ending.server_reference)
    if ending.silent_for is not None:
        return ConnectionLost(
            f"{place} no longer answers: no PINGRESP, and nothing else for {ending.silent_for:.0f} s.",
            hint="Check the network.",
            silent_for=ending.silent_for,
        )
    match ending.error:
        case None:
            return ConnectionLost(f"{place} closed the connection.")
        case ssl.SSLError() | OSError():
            return ConnectionLost(f"The connection to {place} broke{_because(ending.error)}.")
        case NotSentAgain():
            return ConnectionLost(
                f"The link to {place} was lost with the acknowledgement, and the message not sent again"
                f"{_because(ending.error)}.",
                hint="It may have arrived.",
            )
        case BrokenPacket(hint=hint) if hint:
            return ConnectionLost(f"{place} sent{_because(ending.error).removeprefix(':')}.", hint=hint)
    return ConnectionLost(
        f"{place} sent a packet that cannot be handled{_because(ending.error)}.",
        hint="If it happens again at once, a retained message may be the cause: "
        "subscribe to less, or set the profile's protocol to 3.1.1.",
    )


@contextmanager
def explaining(what: str) -> Iterator[None]:
    """Around the libraries: they say with exceptions of many kinds that they cannot make a packet of ``what``.

    Raises:
        UsageError: instead of those.
    """
    try:
        yield
    except struct.error:
        raise UsageError(
            f"The {what} cannot be sent: a text in it has more bytes than MQTT has room for.",
            hint="65,535 is the most (MQTT 5.0, 1.5.4).",
        ) from None
    except (MQTTException, ValueError, OverflowError, RuntimeError) as error:
        raise UsageError(
            f"The {what} cannot be sent{_because(error)}.", hint="A value is too long, or not allowed there."
        ) from None


def _because(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error)
    return f": {display_text(words)}" if words else f" ({type(error).__name__})"
