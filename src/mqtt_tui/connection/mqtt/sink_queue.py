"""The way in: every PUBLISH goes to the sink at once and as it came, through aiomqtt's public ``queue_type``."""

import time

from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival, RawPublish
from mqtt_tui.model.protocol import Protocol


class MalformedPublish(ValueError):
    """A PUBLISH that cannot be taken apart, or that has no topic."""


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

    def put_nowait(self, publish: RawPublish) -> None:
        """Hand one message on."""
        self._sink.ingest([publish], Arrival(time.time_ns(), self._protocol, self.epoch))


def split_publish(head: int, body: bytes | bytearray) -> RawPublish:
    """Cut a PUBLISH into its raw form; properties stay unread, so that nobody can make them costly (MQTT 5.0, 3.3).

    Raises:
        MalformedPublish: it is too short, has QoS 3, or has no topic.
    """
    qos = head >> 1 & 3
    if qos == 3:
        raise MalformedPublish("a message with QoS 3")
    at = 2 + int.from_bytes(body[:2])
    if len(body) < at + (2 if qos else 0):
        raise MalformedPublish("a message that is cut off")
    if at == 2:  # MQTT 5.0, 3.3.2.3.4
        raise MalformedPublish("a message without topic: a Topic Alias that was not offered")
    with memoryview(body) as view:  # a large payload is copied once only
        return head, bytes(view[2:at]), bytes(view[at:])
