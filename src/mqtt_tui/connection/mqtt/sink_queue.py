"""The way in: what paho read goes to the sink at once, through aiomqtt's public ``queue_type``."""

import time

from paho.mqtt.client import MQTTMessage

from mqtt_tui.connection.mqtt.properties import from_paho
from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival, raw_publish
from mqtt_tui.model.protocol import Protocol


class TopicAliasNotOffered(ValueError):
    """A PUBLISH without topic: the server uses a Topic Alias, and none was offered (MQTT 5.0, 3.3.2.3.4)."""


class SinkQueue:
    """Stands where aiomqtt expects a queue; holds nothing.

    Args:
        sink: gets each message in the form of the wire.
        protocol: of the connection.
    """

    def __init__(self, sink: Sink, protocol: Protocol) -> None:
        self._sink = sink
        self._protocol = protocol
        self.epoch = 0
        """Nanoseconds since the epoch when the latest SUBSCRIBE of this connection was sent; 0: none yet."""

    def put_nowait(self, message: MQTTMessage) -> None:
        """Hand one message on.

        Raises:
            TopicAliasNotOffered: where it has no topic.
        """
        topic = bytes(message._topic)  # noqa: SLF001  message.topic raises where the bytes are not UTF-8
        if not topic:
            raise TopicAliasNotOffered("a message without topic: a Topic Alias that was not offered")
        raw = raw_publish(
            topic,
            bytes(message.payload),
            protocol=self._protocol,
            qos=message.qos,
            retain=bool(message.retain),
            dup=bool(message.dup),
            packet_identifier=message.mid,
            properties=from_paho(message.properties),
        )
        self._sink.ingest([raw], Arrival(time.time_ns(), self._protocol, self.epoch))
