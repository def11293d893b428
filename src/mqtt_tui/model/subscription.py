"""A subscription as the user wishes it."""

from dataclasses import dataclass, field

from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.topic import TopicFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A topic filter with its options (MQTT 5.0, 3.8.3.1); those of MQTT 5 are left out on 3.1.1."""

    topic_filter: TopicFilter
    qos: QoS = QoS.AT_MOST_ONCE
    no_local: bool = False
    retain_as_published: bool = True
    retain_handling: RetainHandling = RetainHandling.SEND
    identifier: int | None = None
    """Comes with each message of this filter; 1 to 268,435,455."""
    user_properties: tuple[tuple[str, str], ...] = ()
    """Of SUBSCRIBE."""
    alias: str = field(default="", compare=False)
    """What the user calls it; no matter between us and the server."""
    color: str = field(default="none", compare=False)
    """In which its topics are shown."""
