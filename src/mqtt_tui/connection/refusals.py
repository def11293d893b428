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


class _Loss(NamedTuple):
    hint: str
    permanent: bool = False


_OURS = "The broker did not understand what it was sent. Setting the protocol to 3.1.1 may help."
_FILTER = "It ends the connection for a subscription of ours: change or remove that."
_MESSAGE = "It ends the connection for a message of ours: change that."
_LOST = {
    0x00: _Loss(""),
    0x80: _Loss("The broker's log names the reason."),
    0x81: _Loss(_OURS),
    0x82: _Loss(_OURS),
    0x83: _Loss("The broker's log names the reason."),
    0x87: _Loss("The broker took the permission away; ask its operator.", permanent=True),
    0x89: _Loss(_LATER),
    0x8B: _Loss(_LATER),
    0x8D: _Loss("No packet of ours reached the broker in time: check the network."),
    0x8E: _Loss("Another client uses this client id; two of them push each other out for ever."),
    0x8F: _Loss(_FILTER),
    0x90: _Loss(_MESSAGE),
    0x93: _Loss("More messages were on their way than the broker takes at once."),
    0x94: _Loss("The broker says that a Topic Alias is wrong."),
    0x95: _Loss("A message was larger than the broker takes."),
    0x96: _Loss("Messages were sent faster than the broker takes them: send more slowly."),
    0x97: _Loss("The broker is at one of its quotas. " + _LATER),
    0x98: _Loss("Somebody ended it on purpose: ask the broker's operator."),
    0x99: _Loss(_MESSAGE),
    0x9A: _Loss("The broker keeps no retained messages: publish without retain."),
    0x9B: _Loss("The broker does not take this QoS: publish with a lower one."),
    0x9C: _Loss(_ELSEWHERE),
    0x9D: _Loss(_ELSEWHERE, permanent=True),
    0x9E: _Loss("The broker has no shared subscriptions: subscribe to the part behind $share/NAME/."),
    0x9F: _Loss(_LATER),
    0xA0: _Loss("The broker lets nobody stay longer. " + _LATER),
    0xA1: _Loss("The broker has no subscription identifiers: subscribe without one."),
    0xA2: _Loss("The broker has no wildcards: name each topic in full."),
}
"""Every reason that a server may give with DISCONNECT (MQTT 5.0, 3.14.2.1); permanent: trying again cannot help."""


_GOES_ON = "Its messages may go on coming until the session ends."


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
    loss = _LOST.get(reason_code, _Loss(""))
    named = str(reason_code) if reason_code else "Normal disconnection (0x00)"
    return ConnectionLost(
        f"{where} ended the connection: {named}{_said(reason_string)}{_named(server_reference)}.",
        hint=loss.hint,
        reason_code=reason_code,
        permanent=loss.permanent,
    )


def taken_over_again(where: str) -> ConnectionLost:
    """The session was taken over a second time soon after the first."""
    return ConnectionLost(
        f"Another client uses this client id at {where} and has taken over the session again.",
        hint="Stop the other client, or set another client id in the profile.",
        reason_code=SESSION_TAKEN_OVER,
    )


def lost_right_away(error: ConnectionLost, times: int, *, has_sent_again: bool) -> ConnectionLost:
    """The connection has ended that often in a row right after subscribing, or sending messages of ours again."""
    if has_sent_again:
        return ConnectionLost(
            f"{error.message} That happened {times} times in a row right after messages of ours were sent again.",
            hint="The broker may not take one of them: they are given up soon, or at once with the session (N).",
            reason_code=error.reason_code,
        )
    return ConnectionLost(
        f"{error.message} That happened {times} times in a row right after subscribing.",
        hint="A retained message may be what cannot be handled: the subscriptions are made one by one now, and the one "
        "that brings it is paused. One that waits in a kept session goes with that (N, new session). "
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


def unsubscribe_refused(topic_filter: str, reason_code: ReasonCode) -> Rejected:
    """UNSUBACK with a failure."""
    what = f"The broker did not unsubscribe from {display_text(topic_filter)}: {reason_code}."
    return Rejected(what, hint=_GOES_ON, reason_code=reason_code)


def cannot_leave(topic_filter: str, error: Rejected) -> Rejected:
    """An UNSUBSCRIBE that breaks a limit of the server."""
    what = f"The broker cannot be told to unsubscribe from {display_text(topic_filter)}. {error.message}"
    return Rejected(what, hint=_GOES_ON, reason_code=error.reason_code)


def _said(reason_string: str | None) -> str:
    return f", “{display_text(reason_string)}”" if reason_string else ""


def _named(server_reference: str | None) -> str:
    return f" (it names {display_text(server_reference)})" if server_reference else ""
