"""The way in: messages go to the sink as they came, nothing of them is decoded."""

import time

import aiomqtt

from mqtt_tui.connection.mqtt.properties import from_paho
from mqtt_tui.connection.mqtt.publish_packet import are_alike
from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival, raw_publish
from mqtt_tui.model.protocol import Protocol


class Intake:
    """Hands messages to the sink, each with the circumstances of its arrival. Holds nothing.

    It stands where aiomqtt expects a queue (its public ``queue_type``): where our packet reader cannot be used, paho
    reads and aiomqtt puts its messages in here.

    Args:
        sink: gets the messages.
        protocol: of the connection.
    """

    def __init__(self, sink: Sink, protocol: Protocol) -> None:
        self._sink = sink
        self._protocol = protocol
        self.epoch = 0
        """Nanoseconds since the epoch when the latest SUBSCRIBE of this connection was sent; 0: none yet."""

    def take(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        """Hand on messages that came one behind the other; ``heads``: the first byte of each."""
        arrival = Arrival(time.time_ns(), heads[0], protocol=self._protocol, epoch=self.epoch)
        if are_alike(heads):
            arrivals = [arrival] * len(heads)
        else:
            by_head = {head: arrival.with_head(head) for head in set(heads)}
            arrivals = list(map(by_head.__getitem__, heads))
        self._sink.ingest(topics, rests, arrivals)

    def put_nowait(self, message: aiomqtt.Message) -> None:
        """Hand on a message that aiomqtt has made."""
        head, topic, rest = raw_publish(
            message.topic.value.encode(),
            message.payload,
            protocol=self._protocol,
            qos=message.qos,
            retain=message.retain,
            packet_identifier=message.mid if message.qos else 0,
            properties=from_paho(message.properties),
        )
        self.take(bytes((head,)), [topic], [rest])
