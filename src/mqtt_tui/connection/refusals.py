"""What a server says with a reason code, in sentences: CONNACK, DISCONNECT, PUBACK, SUBACK (MQTT 5.0, 2.4)."""

from typing import NamedTuple

from mqtt_tui.errors import ConnectionLost, ConnectRefused, Rejected
from mqtt_tui.model.reason_code import SESSION_TAKEN_OVER, ReasonCode
from mqtt_tui.text.display_text import display_text


class _Refusal(NamedTuple):
    hint: str
    permanent: bool = True
    field: str = ""


_WILL = "The will message breaks a rule of the broker; change it in the profile."
_LATER = "Nothing to change here: it is tried again."
_ELSEWHERE = "Servers named by a broker are not followed; put the address into the profile if you trust it."
_CONNECT = {
    0x84: _Refusal("Set another protocol in the profile, or auto.", field="protocol"),
    0x85: _Refusal("Set another client id in the profile, or leave it empty for a random one.", field="client_id"),
    0x86: _Refusal("Check user name and password.", field="username"),
    0x87: _Refusal("The broker needs other credentials, or does not let this user or client id in.", field="username"),
    0x88: _Refusal(_LATER, permanent=False),
    0x89: _Refusal(_LATER, permanent=False),
    0x8A: _Refusal("Ask the broker's operator to lift the ban.", field="client_id"),
    0x8C: _Refusal(
        "The broker wants another authentication method, or more steps than CONNECT and CONNACK.",
        field="authentication_method",
    ),
    0x90: _Refusal(_WILL, field="will"),
    0x95: _Refusal("CONNECT is larger than the broker takes: shorten will, user name or password.", field="will"),
    0x97: _Refusal("The broker is at one of its quotas. " + _LATER, permanent=False),
    0x99: _Refusal(_WILL, field="will"),
    0x9A: _Refusal("The broker keeps no retained messages: turn off retain of the will.", field="will"),
    0x9B: _Refusal("The broker does not take the QoS of the will.", field="will"),
    0x9C: _Refusal(_ELSEWHERE, field="url"),
    0x9D: _Refusal(_ELSEWHERE, field="url"),
    0x9F: _Refusal(_LATER, permanent=False),
}
_OTHER = _Refusal("Ask the broker's operator; its log names the reason.", permanent=False)
_LOST = {
    0x87: "The broker took the permission away; ask its operator.",
    0x8D: "No packet of ours reached the broker in time: check the network.",
    0x8E: "Another client uses this client id; two of them push each other out for ever.",
    0x94: "The broker says that a Topic Alias is wrong.",
    0x95: "A message was larger than the broker takes.",
    0x9C: _ELSEWHERE,
    0x9D: _ELSEWHERE,
}


def connect_refused(
    where: str, reason_code: ReasonCode, reason_string: str | None = None, server_reference: str | None = None
) -> ConnectRefused:
    """CONNACK with a failure. ``where`` is safe to show, the two strings need not be."""
    refusal = _CONNECT.get(reason_code, _OTHER)
    return ConnectRefused(
        f"{where} refused the connection: {reason_code}{_said(reason_string)}{_named(server_reference)}.",
        hint=refusal.hint,
        reason_code=reason_code,
        permanent=refusal.permanent,
        field=refusal.field,
    )


def ended_by_server(
    where: str, reason_code: ReasonCode, reason_string: str | None, server_reference: str | None
) -> ConnectionLost:
    """DISCONNECT from the server (MQTT 5.0, 3.14)."""
    return ConnectionLost(
        f"{where} ended the connection: {reason_code}{_said(reason_string)}{_named(server_reference)}.",
        hint=_LOST.get(reason_code, ""),
        reason_code=reason_code,
    )


def taken_over_again(where: str) -> ConnectionLost:
    """The session was taken over a second time soon after the first."""
    return ConnectionLost(
        f"Another client uses this client id at {where} and has taken over the session again.",
        hint="Stop the other client, or set another client id in the profile.",
        reason_code=SESSION_TAKEN_OVER,
    )


def lost_right_away(error: ConnectionLost, times: int) -> ConnectionLost:
    """The connection has ended that often in a row right after subscribing."""
    return ConnectionLost(
        f"{error.message} That happened {times} times in a row right after subscribing.",
        hint="A retained message may be what cannot be handled: subscribe to less, or set the protocol to 3.1.1. "
        "Or another client uses this client id.",
        reason_code=error.reason_code,
    )


def publish_refused(topic_name: str, reason_code: ReasonCode, reason_string: str | None) -> Rejected:
    """PUBACK or PUBREC with a failure."""
    return Rejected(
        f"The broker refused the message to {display_text(topic_name)}: {reason_code}{_said(reason_string)}.",
        hint="It was not published.",
        reason_code=reason_code,
    )


def _said(reason_string: str | None) -> str:
    return f", “{display_text(reason_string)}”" if reason_string else ""


def _named(server_reference: str | None) -> str:
    return f" (it names {display_text(server_reference)})" if server_reference else ""
