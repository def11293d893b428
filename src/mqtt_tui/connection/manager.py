"""The connection that lasts: it connects, reconnects, and keeps the subscriptions as the user wants them."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from mqtt_tui.connection.backoff import Backoff
from mqtt_tui.connection.event_log import EventLog
from mqtt_tui.connection.explain import ClosedBeforeConnack, where
from mqtt_tui.connection.gaps import Gaps
from mqtt_tui.connection.limits import check_may_publish, check_publish
from mqtt_tui.connection.losses import Losses
from mqtt_tui.connection.publications import Publications
from mqtt_tui.connection.sleep_watch import watch_for_sleep
from mqtt_tui.connection.state import (
    Connack,
    Connected,
    Connecting,
    ConnectionState,
    Disconnected,
    Failed,
    Gap,
    WaitingToReconnect,
)
from mqtt_tui.connection.subscriptions import Subscriptions, SubscriptionStatus
from mqtt_tui.connection.transport import OpenTransport, Sink, Transport
from mqtt_tui.errors import ConnectionLost, ConnectRefused, MqttTuiError, TimedOut
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import UNSUPPORTED_PROTOCOL_VERSION
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from mqtt_tui.profiles.url import BrokerUrl

NEWEST_FIRST: tuple[ProtocolChoice, ...] = ("5", "3.1.1", "3.1")


class ConnectionManager:
    """One broker, connected for as long as ``run`` runs.

    Everything happens on the event loop; nothing happens before ``run``.

    Args:
        profile: the broker; its subscriptions are where the list begins.
        sink: gets every message that arrives.
        open_transport: makes the transport of each attempt.
        rng: chance, for back-off and client identifier.
        clock: seconds, monotonic.
        wall_clock: nanoseconds since the epoch.
    """

    def __init__(
        self,
        profile: BrokerProfile,
        sink: Sink,
        open_transport: OpenTransport,
        *,
        rng: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], int] = time.time_ns,
    ) -> None:
        rng = rng or random.Random()  # noqa: S311  to spread waits and to tell clients apart, not to keep secrets
        client_id = profile.client_id or f"mqtt-tui-{rng.getrandbits(32):08x}"
        self._profile = replace(profile, client_id=client_id)
        self._sink = sink
        self._make_transport = open_transport
        self._clock, self._wall_clock = clock, wall_clock
        self._where = where(BrokerUrl.parse(profile.url))

        self.state: ConnectionState = Disconnected()
        """Where the connection stands now."""
        self.log = EventLog(wall_clock, self._where)
        """What has happened."""
        self._gaps = Gaps(wall_clock, self.log.gap)
        self._watchers: list[Callable[[ConnectionState], None]] = [self.log.state]
        self._subscriptions = Subscriptions((one.subscription() for one in profile.subscriptions), self.log)
        self._live: tuple[Transport, Connack] | None = None
        self._publications = Publications(self._where)

        self._losses = Losses(Backoff(rng, profile.reconnect), self._where, clock)
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._with_will = self._starts_clean = False
        self._protocols = self._wanted_protocols
        self._probing: asyncio.Task[None] | None = None

    # ---------------------------------------------------------------- state

    @property
    def subscriptions(self) -> tuple[SubscriptionStatus, ...]:
        """What is wanted, and how the server took it."""
        return self._subscriptions.statuses(is_connected=self._live is not None)

    @property
    def gaps(self) -> list[Gap]:
        """The times, oldest first, in which messages may have been missed; the list grows."""
        return self._gaps.closed

    def watch(self, callback: Callable[[ConnectionState], None]) -> None:
        """Call ``callback`` with each new state, on the loop."""
        self._watchers.append(callback)

    def _become(self, state: ConnectionState) -> None:
        self.state = state
        if self.is_over:
            self._publications.give_up()
        for callback in self._watchers:
            callback(state)

    # ---------------------------------------------------------------- life

    async def run(self) -> None:
        """Connect, and reconnect, until ``stop`` or a state of ``Failed``; cancelling it closes the socket.

        There is one connection at most: where another ``run`` keeps one already, this joins.
        """
        if self._work is None or self._work.done():
            self._with_will = False
            self._protocols = self._wanted_protocols
            self._work = asyncio.create_task(self._stay_connected())
        caller = asyncio.current_task()
        try:
            await self._work
        except asyncio.CancelledError:
            if caller is None or caller.cancelling():  # else the work was ended, not whoever waits for it
                raise

    async def stop(self, *, with_will: bool = False) -> None:
        """Disconnect in good order; ``run`` then returns. ``with_will``: so that the server publishes the will."""
        self._with_will = with_will and self._live is not None
        await self._end_work()
        self._starts_clean = False

    async def start_clean(self) -> None:
        """As ``run``, with a new connection that begins with a clean start, once: the server forgets the session."""
        self._with_will = False
        await self._end_work()
        self._starts_clean = True
        await self.run()

    def retry_now(self) -> None:
        """Do not wait any longer for the next attempt."""
        self._wake.set()

    @property
    def is_over(self) -> bool:
        """Whether no attempt is made any more, unless by another ``run``."""
        return isinstance(self.state, Failed | Disconnected)

    async def _end_work(self) -> None:
        while self._work is not None and not self._work.done():  # again, where somebody runs it anew meanwhile
            self._work.cancel()
            await asyncio.wait((self._work,))
        if not isinstance(self.state, Disconnected):
            self._become(Disconnected())

    @property
    def keeps_session(self) -> bool:
        """Whether the profile asks for the session of the connection before."""
        return not self._profile.clean_start

    async def _stay_connected(self) -> None:
        watch = asyncio.create_task(watch_for_sleep(self._wall_clock, self._woken))
        try:
            await self._connect_for_ever()
        except asyncio.CancelledError:
            self._become(Disconnected("The broker was told to publish the will." if self._with_will else ""))
            raise
        finally:
            watch.cancel()

    def _woken(self, asleep_since: int) -> None:
        """The machine has slept: see at once whether the link lives, or try again."""
        self._wake.set()
        if self._live is not None:
            self._gaps.asleep(asleep_since)
            self._probing = asyncio.create_task(self._probe(self._live[0]))

    async def _probe(self, transport: Transport) -> None:
        with suppress(ConnectionLost):  # whoever uses the transport is told as well
            await transport.probe()
        if self._live is not None and self._live[0] is transport:
            self._gaps.outlived()

    async def _connect_for_ever(self) -> None:
        attempt = 0
        while True:
            attempt += 1
            self._become(Connecting(attempt))
            try:
                transport, connack = await self._open()
                attempt = 0
                error: MqttTuiError = await self._use(transport, connack)
            except MqttTuiError as failure:
                error = failure
            if final := self._losses.final(error):
                self._become(Failed(final))
                return
            delay = self._losses.next_wait()
            self._wake.clear()
            self._become(WaitingToReconnect(attempt + 1, delay, self._clock(), error))
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._wake.wait()

    async def _open(self) -> tuple[Transport, Connack]:
        """Connect with the newest protocol that the broker understands, and remember which that was."""
        first: MqttTuiError | None = None
        for protocol in self._protocols:
            transport = await self._make_transport(replace(self._profile, protocol=protocol), self._sink)
            try:
                connack = await transport.open(clean_start=self._starts_clean)
            except (ClosedBeforeConnack, ConnectRefused) as error:
                await transport.close()
                if not may_want_another_version(error):
                    raise
                first = first or error
                if protocol != self._protocols[-1]:
                    self.log.not_this_version(error, protocol)
            except BaseException:
                await transport.close()
                raise
            else:
                self._protocols, self._starts_clean = (protocol,), False
                return transport, connack
        assert first is not None  # noqa: S101  there is at least one protocol
        raise first

    async def _use(self, transport: Transport, connack: Connack) -> ConnectionLost | TimedOut:
        """Keep a new connection until it ends; why it did."""
        began = self._clock()
        self._live = transport, connack
        self.log.connected(connack)
        try:
            self._subscriptions.begin(connack)
            if self._losses.come_right_away and not connack.sent_again:  # else that may be what ends it
                await self._subscriptions.reconcile_one_by_one(transport, connack)
            else:
                await self._subscriptions.reconcile(transport, connack)
            self._gaps.restored(session_resumed=connack.session_present)
            self._become(Connected(connack))
            error: ConnectionLost | TimedOut = await transport.closed()
        except (ConnectionLost, TimedOut) as failure:
            error = failure
        finally:
            self._live = None
            await transport.close(with_will=self._with_will)
        self._gaps.lost(error)
        return self._losses.judge(error, self._clock() - began, has_sent_again=connack.sent_again > 0)

    @property
    def has_will(self) -> bool:
        """Whether ``stop`` can have a will published: there is one, and a connection to end."""
        return self._live is not None and self._profile.will is not None and not self._profile.read_only

    @property
    def _wanted_protocols(self) -> tuple[ProtocolChoice, ...]:
        return NEWEST_FIRST if self._profile.protocol == "auto" else (self._profile.protocol,)

    # ---------------------------------------------------------------- requests

    async def round_trip(self) -> float | None:
        """Seconds from PINGREQ to PINGRESP; None where there is no connection, or it ended meanwhile."""
        before = self._live
        if before is None:
            return None
        began = self._clock()
        await before[0].probe()
        return self._clock() - began if self._live is before else None

    async def publish(self, request: PublishRequest) -> PublishOutcome:
        """Send one message and wait for its acknowledgement.

        Raises:
            Rejected: the broker refused it, or it breaks a limit that the broker has named.
            UsageError: the profile is read-only, or MQTT has no room for one of its properties.
            ConnectionLost: not connected, or not any more; it may have been published.
            TimedOut: no acknowledgement came.
        """
        check_may_publish(self._profile)
        if self._live is None:
            raise ConnectionLost(
                f"There is no connection to {self._where}: nothing was sent.", hint="Try again once it is back."
            )
        transport, connack = self._live
        try:
            check_publish(request, connack)
            return await self._publications.unless_over(transport.publish(request))
        except MqttTuiError as error:
            self.log.not_published(request.topic_name, error)
            raise

    async def subscribe(self, subscription: Subscription) -> SubscriptionStatus:
        """Add a subscription, or change the one with the same filter; a refusal is in what is returned.

        Without a connection it is made with the next one.

        Raises:
            TimedOut: no SUBACK came.
        """
        self._subscriptions.want(subscription)
        await self._reconcile()
        is_connected = self._live is not None
        found = self._subscriptions.status(subscription.topic_filter, is_connected=is_connected)
        return found or SubscriptionStatus(subscription)  # removed meanwhile

    async def unsubscribe(self, topic_filter: str) -> None:
        """Remove a subscription.

        Raises:
            UsageError: there is none with this filter.
            TimedOut: no UNSUBACK came.
            Rejected: it is removed here, and stands with the server.
        """
        self._subscriptions.remove(topic_filter)
        await self._reconcile(leaving=topic_filter)

    async def pause(self, topic_filter: str) -> None:
        """Unsubscribe, but keep it on the list. Raises as ``unsubscribe``."""
        self._subscriptions.set_paused(topic_filter, is_paused=True)
        await self._reconcile(leaving=topic_filter)

    async def resume(self, topic_filter: str) -> None:
        """Subscribe what was paused. Raises as ``unsubscribe``."""
        self._subscriptions.set_paused(topic_filter, is_paused=False)
        await self._reconcile()

    async def _reconcile(self, *, leaving: str = "") -> None:
        if self._live is None:
            return
        with suppress(ConnectionLost):  # the next connection makes up for it
            not_left = await self._subscriptions.reconcile(*self._live)
            if leaving in not_left:
                raise not_left[leaving]


def may_want_another_version(error: ClosedBeforeConnack | ConnectRefused) -> bool:
    """Some brokers refuse a CONNECT of a newer version, others just close."""
    return isinstance(error, ClosedBeforeConnack) or error.reason_code == UNSUPPORTED_PROTOCOL_VERSION
