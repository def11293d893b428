"""What CONNACK said, in words."""

from collections.abc import Iterator

from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.steps import Fact
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import size_text


def requested_facts(profile: BrokerProfile) -> dict[str, str]:
    """What CONNECT asked for, by the labels of ``connack_facts``."""
    return {
        "protocol": "" if profile.protocol == "auto" else f"MQTT {profile.protocol}",
        "client identifier": display_text(profile.client_id or ""),
        "session": "" if profile.clean_start else "resumed",
        "session expiry": f"{profile.session_expiry_interval:,} s",
        "keep alive": f"{profile.keep_alive:,} s",
    }


def connack_facts(connack: Connack) -> Iterator[Fact]:
    """Every property (MQTT 5.0, 3.2.2.3); what the server left out is the specification's default."""
    yield "protocol", f"MQTT {connack.protocol.title}"
    yield "client identifier", display_text(connack.client_identifier)
    yield "session", "resumed" if connack.session_present else "new"
    yield "session expiry", f"{connack.session_expiry_interval:,} s"
    yield "keep alive", f"{connack.keep_alive:,} s"
    yield "receive maximum", f"{connack.receive_maximum:,} messages"
    yield "maximum QoS", f"{connack.maximum_qos:d}"
    limit = connack.maximum_packet_size
    yield "maximum packet size", "no limit" if limit is None else size_text(limit)
    yield "topic alias maximum", f"{connack.topic_alias_maximum:,}"
    there = {
        "retained messages": connack.retain_available,
        "wildcards": connack.wildcard_subscription_available,
        "subscription identifiers": connack.subscription_identifiers_available,
        "shared subscriptions": connack.shared_subscription_available,
    }
    yield "not available", ", ".join(name for name, is_there in there.items() if not is_there) or "nothing"
    said = {
        "reason string": connack.reason_string,
        "response information": connack.response_information,
        "server reference": connack.server_reference,
    }
    yield from ((label, display_text(text)) for label, text in said.items() if text)
    yield from (("user property", display_text(f"{name} = {value}")) for name, value in connack.user_properties)
