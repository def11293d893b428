"""The sending half of one client of a bench."""

from mqtt_tui.benchmark.crowd import Client
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.stamp import Stamper
from mqtt_tui.connection.mqtt.packet_writer import OnAcknowledged
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.topic import TopicName


class Sender:
    """Publishes stamped messages.

    Args:
        client: by whose connection.
        options: topic, QoS and size.
        run: see ``Stamp``.
        on_acknowledged: told how each message ended.

    Raises:
        Rejected: the messages break a limit that the broker has named.
    """

    def __init__(self, client: Client, options: BenchOptions, run: int, on_acknowledged: OnAcknowledged) -> None:
        request = PublishRequest(
            topic_name=TopicName(options.topic_of(client.number)), payload=bytes(options.size), qos=options.qos
        )
        self._writer = client.transport.writer(on_acknowledged)
        self._header = self._writer.header(request)
        self._stamper = Stamper(run, client.number, options.size)
        self._written_before = 0

    @property
    def sent(self) -> int:
        """Messages written since ``begin_figures``."""
        return self._writer.written - self._written_before

    @property
    def serial(self) -> int:
        """Of the latest message."""
        return self._stamper.serial

    def begin_figures(self) -> None:
        """Forget what was sent."""
        self._written_before = self._writer.written

    async def send(self, count: int) -> None:
        """Send ``count`` messages. Raises as ``PacketWriter.publish``."""
        await self._writer.publish([(self._header, self._stamper.next()) for _ in range(count)])

    async def finish(self) -> None:
        """Wait until all are acknowledged, or the connection is lost."""
        try:
            await self._writer.finish()
        except ConnectionLost:
            return  # the crowd has counted it
