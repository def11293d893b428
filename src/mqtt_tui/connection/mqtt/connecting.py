"""What CONNECT says, in the library's words (MQTT 5.0, 3.1)."""

from collections.abc import Mapping
from typing import Any

from aiomqtt import Will
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt_tui.profiles.options import WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import AUTHENTICATION_DATA, Credentials

_LARGEST_RECEIVE_MAXIMUM = 65_535  # and the meaning of none (MQTT 5.0, 3.1.2.11.3)


def connect_properties(profile: BrokerProfile, credentials: Credentials) -> Properties:
    """What CONNECT announces."""
    data = credentials.get(AUTHENTICATION_DATA)
    is_limited = profile.receive_maximum != _LARGEST_RECEIVE_MAXIMUM
    return _properties(
        PacketTypes.CONNECT,
        {
            "MaximumPacketSize": profile.maximum_packet_size,
            "RequestProblemInformation": int(profile.request_problem_information),
            "RequestResponseInformation": 1 if profile.request_response_information else None,
            "SessionExpiryInterval": profile.session_expiry_interval or None,
            "TopicAliasMaximum": profile.topic_alias_maximum or None,
            "ReceiveMaximum": profile.receive_maximum if is_limited else None,
            "AuthenticationMethod": profile.authentication_method,
            "AuthenticationData": None if data is None else data.encode(),
            "UserProperty": list(profile.user_properties) or None,
        },
    )


def will_of(profile: BrokerProfile, *, is_v5: bool) -> Will | None:
    """The will; none where nothing may be published."""
    will = profile.will
    if will is None or profile.read_only:
        return None
    return Will(will.topic, will.payload, will.qos, will.retain, _will_properties(will) if is_v5 else None)


def subscribe_properties(identifier: int | None, user_properties: tuple[tuple[str, str], ...]) -> Properties | None:
    """Those of SUBSCRIBE (MQTT 5.0, 3.8.2.1); None where there are none."""
    values = {"SubscriptionIdentifier": identifier, "UserProperty": list(user_properties) or None}
    return _properties(PacketTypes.SUBSCRIBE, values) if any(values.values()) else None


def _will_properties(will: WillMessage) -> Properties:
    correlation = will.correlation_data
    return _properties(
        PacketTypes.WILLMESSAGE,
        {
            "WillDelayInterval": will.delay_interval or None,
            "MessageExpiryInterval": will.message_expiry_interval,
            "PayloadFormatIndicator": will.payload_format_indicator or None,
            "ContentType": will.content_type,
            "ResponseTopic": will.response_topic,
            "CorrelationData": None if correlation is None else correlation.encode(),
            "UserProperty": list(will.user_properties) or None,
        },
    )


def _properties(packet: int, values: Mapping[str, Any]) -> Properties:
    out = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        if value is not None:
            setattr(out, name, value)
    return out
