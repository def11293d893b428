"""The demonstration broker."""

import asyncio
import time
from collections.abc import Callable

from mqtt_tui.demo.broker.connection import Connection
from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.demo.broker.packets import SERVER_SHUTTING_DOWN
from mqtt_tui.demo.broker.publication import Publication
from mqtt_tui.demo.broker.router import Router
from mqtt_tui.demo.broker.subscription_table import Listener
from mqtt_tui.demo.broker.sys_topics import SysTopics
from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.topic import TopicFilter, TopicName

LOOPBACK = "127.0.0.1"
_LARGEST_PORT = 65_535
_TICK = 1.0  # seconds between looks at keep alives, wills and expiries
_TICKS_PER_REPORT = 3


class DemoBroker:
    """A small MQTT 3.1.1 and 5.0 broker (and 3.1) in memory, for demonstration and tests.

    It speaks QoS 0 to 2, retained messages, wills, all subscription options and PUBLISH properties, shared
    subscriptions, session expiry and request/response. It has no persistence, no TLS, no WebSocket and no
    authentication, and listens on loopback only.

    Args:
        host: 127.0.0.1, and nothing else.
        port: to listen on; 0 takes any free one.
        max_packet_size: bytes of the largest PUBLISH taken.
        clock: monotonic seconds.

    Raises:
        UsageError: another host, or no port number.
    """

    def __init__(
        self,
        host: str = LOOPBACK,
        port: int = 0,
        *,
        max_packet_size: int = Limits().packet_size,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if host != LOOPBACK:
            raise UsageError(
                f"The demo broker listens on {LOOPBACK} only.", hint="Run a real broker to serve other machines."
            )
        if not 0 <= port <= _LARGEST_PORT:
            raise UsageError(f"{port} is no port.", hint=f"Ports go from 1 to {_LARGEST_PORT:,}; 0 takes any free one.")
        self._port = port
        self._router = Router(Limits(packet_size=max_packet_size), clock)
        self._sys_topics = SysTopics(self._router)
        self._connections: set[Connection] = set()
        self._all_gone = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._housekeeping: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listen; the port.

        Raises:
            LocalError: the port is taken or not allowed.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._new_connection, LOOPBACK, self._port)
        except OSError as error:
            raise LocalError(
                f"The demo broker cannot listen on {LOOPBACK}:{self._port}: {error.strerror or error}.",
                hint="Choose another port, or 0 for any free one.",
            ) from error
        self._sys_topics.publish()
        self._housekeeping = asyncio.create_task(self._keep_house())
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Say goodbye to all clients and close; what they did not fetch in time is lost."""
        if self._server is None or self._housekeeping is None:
            return
        self._server.close()
        self._housekeeping.cancel()
        for connection in list(self._connections):
            connection.end(SERVER_SHUTTING_DOWN)
        if self._connections:
            self._all_gone.clear()
            await self._all_gone.wait()  # they are cut off after Limits.close_timeout
        await self._server.wait_closed()
        self._server = None

    async def serve_forever(self) -> None:
        """Serve until cancelled, or until something that should not happen ends the housekeeping."""
        if self._housekeeping is None:
            await self.start()
        assert self._housekeeping is not None  # noqa: S101  start made it
        await self._housekeeping

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        properties: PublishProperties = NONE,
    ) -> None:
        """Publish from within the program, without a socket. Does not block.

        Raises:
            InvalidTopicName: nothing can be published there.
        """
        self._router.publish(
            Publication(
                topic_name=TopicName(topic),
                payload=payload,
                qos=qos,
                retain=retain,
                properties=properties,
                sender=None,
                received_at=self._router.clock(),
            )
        )

    def on_publish(self, topic_filter: str, listener: Listener) -> None:
        """Call ``listener`` with each matching message, after the clients were served; it must not block.

        Raises:
            InvalidTopicFilter: nothing can match it.
        """
        self._router.subscriptions.listen(TopicFilter(topic_filter), listener)

    def _new_connection(self) -> Connection:
        is_surplus = len(self._connections) >= self._router.limits.sockets
        connection = Connection(self._router, self._forget, is_surplus=is_surplus)
        self._connections.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._all_gone.set()

    async def _keep_house(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(_TICK)
            ticks += 1
            self._router.tick()
            now = self._router.clock()
            for connection in list(self._connections):
                connection.check_time(now)
            if ticks % _TICKS_PER_REPORT == 0:
                self._sys_topics.publish()
