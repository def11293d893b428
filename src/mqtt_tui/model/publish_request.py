"""What the user wants published, and what came of it."""

from dataclasses import dataclass

from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.topic import TopicName


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """A message to be sent (MQTT 5.0, 3.3)."""

    topic_name: TopicName
    payload: bytes
    qos: QoS = QoS.AT_LEAST_ONCE
    retain: bool = False
    properties: PublishProperties = NONE


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """How a publish ended without a refusal; a refusal is raised as ``errors.Rejected``."""

    reason_code: ReasonCode | None
    """Of PUBACK or PUBCOMP; None where the protocol carries none (QoS 0, MQTT 3.1.1)."""
    reason_string: str | None
    seconds: float
    """From the call to the acknowledgement; at QoS 0 to the hand-over to the network."""
