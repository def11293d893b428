"""What the publish pane says."""

from textual.content import Content

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.properties import FIELDS, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.safe import line

_REPEATED = ("user_properties", "subscription_identifiers")


def outcome_text(request: PublishRequest, outcome: PublishOutcome, protocol: Protocol | None) -> Content:
    """How a message that was not refused fared."""
    if request.qos is QoS.AT_MOST_ONCE:
        return line(("→ ", "bold $secondary"), "handed to the network", (" (QoS 0 is not acknowledged)", "$text-soft"))
    done = f"acknowledged in {_time_text(outcome.seconds)}"
    if outcome.reason_code is None:
        version = f"MQTT {protocol.title}" if protocol is not None and protocol < Protocol.V5 else "the broker"
        return line(("✓ ", "bold $success"), done, (f" ({version} gives no reason)", "$text-soft"))
    said = f", “{display_text(outcome.reason_string)}”" if outcome.reason_string else ""
    return line(("✓ ", "bold $success"), done, (f" · {outcome.reason_code}{said}", "$text-soft"))


def refusal_text(error: MqttTuiError) -> Content:
    """Why a message was not sent, or perhaps not, and what to do."""
    return line(
        ("✗ ", "bold $error"), (error.message, "$error"), (f" {error.hint}" if error.hint else "", "$text-soft")
    )


def properties_text(properties: PublishProperties, protocol: Protocol | None) -> Content:
    """How many there are; below MQTT 5 that there are none."""
    if protocol is not None and protocol < Protocol.V5:
        return line((f"no properties ({protocol.title})", "$text-faint"))
    count = count_of(properties)
    return line((f"{count or 'no'} propert{'y' if count == 1 else 'ies'}", "" if count else "$text-soft"))


def count_of(properties: PublishProperties) -> int:
    """How many properties the packet will carry; each user property is one."""
    single = sum(getattr(properties, name) is not None for name in FIELDS if name not in _REPEATED)
    return single + len(properties.user_properties)


def _time_text(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:,.0f} s"
