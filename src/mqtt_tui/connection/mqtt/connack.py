"""What CONNACK grants, out of the library's words."""

from mqtt_tui.connection.mqtt.outcomes import ConnackPacket
from mqtt_tui.connection.mqtt.properties import number, text, user_properties
from mqtt_tui.connection.state import Connack, TlsFacts
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.profiles.profile import BrokerProfile

_LABELS = {
    "session expiry": "SessionExpiryInterval",
    "keep alive": "ServerKeepAlive",
    "receive maximum": "ReceiveMaximum",
    "maximum QoS": "MaximumQoS",
    "maximum packet size": "MaximumPacketSize",
    "topic alias maximum": "TopicAliasMaximum",
}
"""What a server may leave out, as ``connection.facts`` calls it, and in the library's words."""


def read_connack(
    packet: ConnackPacket, profile: BrokerProfile, protocol: Protocol, about_tls: TlsFacts | None, *, slow_intake: str
) -> Connack:
    """What the server granted; what it left out is what the specification says (MQTT 5.0, 3.2.2.3)."""
    properties = packet.properties
    return Connack(
        protocol=protocol,
        session_present=packet.session_present,
        client_identifier=text(properties, "AssignedClientIdentifier") or profile.client_id or "",
        keep_alive=number(properties, "ServerKeepAlive", profile.keep_alive),
        session_expiry_interval=number(properties, "SessionExpiryInterval", profile.session_expiry_interval),
        receive_maximum=number(properties, "ReceiveMaximum", 65_535),
        maximum_qos=QoS(min(QoS.EXACTLY_ONCE, number(properties, "MaximumQoS", QoS.EXACTLY_ONCE))),
        retain_available=bool(number(properties, "RetainAvailable", 1)),
        maximum_packet_size=number(properties, "MaximumPacketSize", 0) or None,
        topic_alias_maximum=number(properties, "TopicAliasMaximum", 0),
        wildcard_subscription_available=bool(number(properties, "WildcardSubscriptionAvailable", 1)),
        subscription_identifiers_available=bool(number(properties, "SubscriptionIdentifierAvailable", 1)),
        shared_subscription_available=bool(number(properties, "SharedSubscriptionAvailable", 1)),
        reason_string=text(properties, "ReasonString"),
        response_information=text(properties, "ResponseInformation"),
        server_reference=text(properties, "ServerReference"),
        user_properties=user_properties(properties),
        left_out=frozenset(label for label, name in _LABELS.items() if not hasattr(properties, name)),
        slow_intake=slow_intake,
        tls=about_tls,
    )
