"""A broker that is not there: a transport for tests of what stands above the connection."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.transport import Grant, Sink, Transport
from mqtt_tui.errors import ConnectionLost, MqttTuiError
from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile
from tests.support.arriving import At, deliver


class FakeBroker:
    """Makes transports (``open_transport``), says what they bring and how they end, and writes down what was asked.

    One connection at a time. Messages are delivered by the test; what is published does not come back.
    """

    def __init__(self) -> None:
        self.connack = Connack(protocol=Protocol.V5, session_present=False, client_identifier="", keep_alive=60)
        """The answer to CONNECT; the client identifier is the profile's unless set."""
        self.refused_filters: dict[str, ReasonCode] = {}
        """By topic filter: the failure that SUBACK brings. All others are granted as asked."""
        self.publish_error: MqttTuiError | None = None
        """What every publish ends in."""
        self.publish_reason = ReasonCode(0)
        """The reason code of every acknowledgement."""
        self.profiles: list[BrokerProfile] = []
        """Of each attempt, in order."""
        self.clean_starts: list[bool] = []
        """The same: whether the session was to be forgotten."""
        self.subscribed: list[list[Subscription]] = []
        """Of each SUBSCRIBE."""
        self.unsubscribed: list[list[str]] = []
        """Of each UNSUBSCRIBE."""
        self.unsubscribe_reason = ReasonCode(0)
        """The reason code of every UNSUBACK."""
        self.published: list[PublishRequest] = []
        self.poison_filter = ""
        """Whoever subscribes to it loses the connection."""
        self.probed = 0
        """How often a sign of life was asked for."""
        self.answers_probes = True
        """Off: none comes before the end of the connection."""
        self.will_asked_for = False
        """Whether the latest close asked for the will."""
        self.is_closed_by_client = False
        """The latest connection was ended with DISCONNECT."""
        self._refusals: list[MqttTuiError] = []
        self._current: _FakeTransport | None = None
        self._epoch = 0

    async def open_transport(self, profile: BrokerProfile, sink: Sink) -> Transport:
        """An ``OpenTransport``."""
        return _FakeTransport(self, profile, sink)

    def refuse(self, *errors: MqttTuiError) -> None:
        """Let the next attempts end in these."""
        self._refusals.extend(errors)

    def deliver(
        self,
        topic: str | bytes,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        dup: bool = False,
        properties: PublishProperties = NONE,
        received_at: int | None = None,
    ) -> None:
        """Bring one message over the open connection."""
        protocol = self.connack.protocol
        raw = raw_publish(
            topic if isinstance(topic, bytes) else topic.encode(),
            payload,
            protocol=protocol,
            qos=qos,
            retain=retain,
            dup=dup,
            properties=properties,
        )
        at = time.time_ns() if received_at is None else received_at
        deliver(self._connected.sink, [raw], At(at, protocol, self._epoch))

    def cut(self, error: ConnectionLost | None = None) -> None:
        """End the open connection from the broker's side."""
        self._connected.end(error or ConnectionLost("The broker closed the connection."))

    @property
    def is_connected(self) -> bool:
        """Whether a connection is open."""
        return self._current is not None

    @property
    def _connected(self) -> "_FakeTransport":
        assert self._current is not None, "nobody is connected"
        return self._current


class _FakeTransport:
    """One connection to a ``FakeBroker``."""

    def __init__(self, broker: FakeBroker, profile: BrokerProfile, sink: Sink) -> None:
        self.sink = sink
        self._broker = broker
        self._profile = profile
        self._end: asyncio.Future[ConnectionLost] = asyncio.get_running_loop().create_future()

    async def open(self, *, clean_start: bool = False) -> Connack:
        broker = self._broker
        broker.clean_starts.append(clean_start or self._profile.clean_start)
        broker.profiles.append(self._profile)
        await asyncio.sleep(0)
        if broker._refusals:
            raise broker._refusals.pop(0)
        broker._current = self
        broker.is_closed_by_client = False
        own = broker.connack.client_identifier or self._profile.client_id or ""
        return replace(broker.connack, client_identifier=own)

    async def closed(self) -> ConnectionLost:
        return await asyncio.shield(self._end)

    async def subscribe(self, subscriptions: Sequence[Subscription]) -> Sequence[Grant]:
        await self._round_trip()
        if self._broker.poison_filter in [one.topic_filter for one in subscriptions]:
            self.end(ConnectionLost("The broker sent what cannot be handled."))
            await self._round_trip()
        self._broker._epoch = time.time_ns()
        self._broker.subscribed.append(list(subscriptions))
        refused = self._broker.refused_filters
        return [Grant(refused.get(one.topic_filter, ReasonCode(one.qos))) for one in subscriptions]

    async def unsubscribe(self, topic_filters: Sequence[str]) -> Sequence[ReasonCode]:
        await self._round_trip()
        self._broker.unsubscribed.append(list(topic_filters))
        return [self._broker.unsubscribe_reason] * len(topic_filters)

    async def publish(self, request: PublishRequest) -> PublishOutcome:
        await self._round_trip()
        self._broker.published.append(request)
        if self._broker.publish_error is not None:
            raise self._broker.publish_error
        return PublishOutcome(self._broker.publish_reason if request.qos else None, None, 0.001)

    async def probe(self) -> None:
        self._broker.probed += 1
        await (asyncio.sleep(0) if self._broker.answers_probes else asyncio.wait((self._end,)))

    async def close(self, *, with_will: bool = False) -> None:
        self._broker.will_asked_for = with_will
        if self._broker._current is self:
            self._broker._current = None
            self._broker.is_closed_by_client = True

    def end(self, error: ConnectionLost) -> None:
        self._broker._current = None
        if not self._end.done():
            self._end.set_result(error)

    async def _round_trip(self) -> None:
        await asyncio.sleep(0)
        if self._end.done():
            raise self._end.result()
