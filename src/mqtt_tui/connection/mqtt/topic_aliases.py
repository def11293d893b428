"""Topic Aliases of the server (MQTT 5.0, 3.3.2.3.4)."""

from collections.abc import Sequence

from mqtt_tui.connection.mqtt.publish_packet import PROTOCOL_ERROR, TOPIC_ALIAS_INVALID, BrokenPacket
from mqtt_tui.model.properties import MalformedProperties, read_properties


class TopicAliases:
    """What the aliases of one connection stand for.

    Only where some were offered: the properties of every message have to be looked at then, a microsecond each.

    Args:
        maximum: the highest that was offered (MQTT 5.0, 3.1.2.11.5).
    """

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._topics: dict[int, bytes] = {}

    def resolve(self, heads: bytes, topics: list[bytes], rests: Sequence[bytes]) -> tuple[int, BrokenPacket] | None:
        """Put the topic into ``topics`` where an alias stands for it, and learn new ones.

        Returns:
            The first message whose alias is wrong, and why; those behind it are left as they are.
        """
        for number, (head, topic, rest) in enumerate(zip(heads, topics, rests, strict=True)):
            start = 2 if head & 0x06 else 0
            if rest[start : start + 1] == b"\0" and topic:  # no properties
                continue
            try:
                alias = read_properties(rest, start)[0].topic_alias
            except MalformedProperties:
                alias = None
            if alias is None:
                continue
            if not 0 < alias <= self._maximum:
                offered = f"{self._maximum} were offered"
                return number, BrokenPacket(f"a Topic Alias of {alias}; {offered}", TOPIC_ALIAS_INVALID)
            if topic:
                self._topics[alias] = topic
            elif alias in self._topics:
                topics[number] = self._topics[alias]
            else:
                return number, BrokenPacket(f"a Topic Alias of {alias} that stands for nothing yet", PROTOCOL_ERROR)
        return None
