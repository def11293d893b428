"""The transport through aiomqtt and paho."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aiomqtt import ProtocolVersion
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY
from paho.mqtt.subscribeoptions import SubscribeOptions

from mqtt_tui.background import in_background
from mqtt_tui.connection import explain, limits, refusals
from mqtt_tui.connection.mqtt import endings, tls
from mqtt_tui.connection.mqtt.awaited import Awaited
from mqtt_tui.connection.mqtt.client import MqttClient
from mqtt_tui.connection.mqtt.connack import read_connack
from mqtt_tui.connection.mqtt.connecting import connect_properties, subscribe_properties, will_of
from mqtt_tui.connection.mqtt.intake import Intake
from mqtt_tui.connection.mqtt.library_names import CONSTRAINTS, LibraryChanged
from mqtt_tui.connection.mqtt.outcomes import Answer, Ending
from mqtt_tui.connection.mqtt.packet_writer import OnAcknowledged, PacketWriter
from mqtt_tui.connection.mqtt.properties import to_paho
from mqtt_tui.connection.mqtt.socket_opener import OpeningFailed, SocketOpener, WebSocketRequest
from mqtt_tui.connection.mqtt.topic_aliases import TopicAliases
from mqtt_tui.connection.mqtt.ways import Way, way_to
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.steps import Steps
from mqtt_tui.connection.transport import Grant, Sink
from mqtt_tui.errors import ConnectionLost, TimedOut
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import KEY_PASSWORD, PASSWORD, PROXY_PASSWORD, Credentials
from mqtt_tui.profiles.url import BrokerUrl

_NO_ANSWER = ReasonCode(0x80)
_SUCCESS = ReasonCode(0)
_PERHAPS = "It may have been carried out all the same."
_NOT_SENT = "This message was not sent."
_SENT_AGAIN = "It may have arrived all the same; if not, it is sent again when the session is resumed."


class AiomqttTransport:
    """One attempt at one connection (``connection.transport.Transport``).

    Args:
        profile: with a definite protocol; ``auto`` is taken as 5, the manager tries the others.
        credentials: the profile's secrets.
        sink: gets what arrives, on the loop's thread.
        precedence: of whoever shares the loop and is waited for.
        session: what the connection before this one has left behind.
        may_be_outdated: whether ``credentials`` were looked up for an earlier attempt.
    """

    def __init__(
        self,
        profile: BrokerProfile,
        credentials: Credentials,
        sink: Sink,
        precedence: Precedence | None = None,
        session: SessionState | None = None,
        *,
        may_be_outdated: bool = False,
    ) -> None:
        self._profile = profile
        self._credentials, self._may_be_outdated = credentials, may_be_outdated
        self._url = BrokerUrl.parse(profile.url)
        self._protocol = Protocol.V5 if profile.protocol == "auto" else Protocol.parse(profile.protocol)
        self._intake = Intake(sink, self._protocol)
        self._precedence = precedence or Precedence()
        self._session = session or SessionState()
        self._session.trace.protocol = self._protocol
        self._answer_timeout = profile.answer_timeout
        self.steps = Steps()
        """How the attempt goes."""
        self._client: MqttClient | None = None
        self._connack = Connack(protocol=self._protocol, session_present=False, client_identifier="", keep_alive=0)
        self._in_flight = asyncio.Semaphore(self._connack.receive_maximum)

    async def open(self, *, clean_start: bool = False) -> Connack:
        """Connect; as in ``Transport``. Also raises LocalError: a certificate file or its password is at fault."""
        way = way_to(self._profile, self._credentials.get(PROXY_PASSWORD))
        opener = await self._make_opener(way)
        with endings.explaining("profile"):
            client = self._client = self._make_client(clean_start=clean_start or self._profile.clean_start)
        try:
            with endings.explaining("profile"):
                async with asyncio.timeout(self._profile.connect_timeout):
                    result = await client.connect(opener)
        except TimeoutError:
            spoken = client.spoken
            client.abort()
            seconds = self._profile.connect_timeout
            raise way.trouble(self._url) or endings.timed_out(self.steps.stage, spoken, self._url, seconds) from None
        except OpeningFailed as failure:
            client.abort()
            error = endings.opening_failed(failure, self._url, shows_certificate=self._shows_certificate)
            raise way.trouble(self._url) or error from None
        except OSError as error:  # the socket was there, and the system or the peer took it back
            client.abort()
            raise explain.unreachable(error, self._url) from None
        except BaseException:
            client.abort()
            raise
        if isinstance(result, Ending):
            raise way.trouble(self._url) or endings.ended_before_connack(
                result, client.spoken, self._url, shows_certificate=self._shows_certificate
            )
        if result.reason_code != _SUCCESS:
            client.abort()
            raise endings.refused(result, self._url, may_be_outdated=self._may_be_outdated)
        secure = client.tls_socket
        about_tls = tls.facts(secure) if secure else None
        connack = read_connack(result, self._profile, self._protocol, about_tls, slow_intake=client.slow_intake)
        is_kept = connack.session_expiry_interval > 0 if self._is_v5 else not clean_start
        client.keeps_session = is_kept and not self._profile.clean_start and not client.slow_intake
        most, refuse = limits.most_in_flight(connack), partial(limits.why_not_again, connack)
        again, given_up = client.send_again(most, self._make_room, refuse)
        self._in_flight = asyncio.Semaphore(max(0, most - again))
        self._connack = replace(connack, sent_again=again, given_up=given_up)
        return self._connack

    async def closed(self) -> ConnectionLost:
        """Wait for the end; as in ``Transport``."""
        ending = await asyncio.shield(self._open_client.ended)
        return endings.lost(ending, self._url)

    async def subscribe(self, subscriptions: Sequence[Subscription]) -> Sequence[Grant]:
        """As in ``Transport``."""
        first = subscriptions[0]
        filters = [(str(one.topic_filter), self._options(one)) for one in subscriptions]
        self._intake.epoch = time.time_ns()
        with endings.explaining("subscription"):
            properties = subscribe_properties(first.identifier, first.user_properties) if self._is_v5 else None
            sent = self._open_client.send_subscribe(filters, properties)
        answer = await self._answer(sent, "SUBSCRIBE")
        codes = _as_many(answer.reason_codes, len(subscriptions), _NO_ANSWER)
        return [Grant(code, answer.reason_string) for code in codes]

    async def unsubscribe(self, topic_filters: Sequence[str]) -> Sequence[ReasonCode]:
        """As in ``Transport``."""
        with endings.explaining("subscription"):
            sent = self._open_client.send_unsubscribe(list(topic_filters))
        answer = await self._answer(sent, "UNSUBSCRIBE")
        return _as_many(answer.reason_codes, len(topic_filters), _SUCCESS)  # 3.1.1 acknowledges all with no code

    async def publish(self, request: PublishRequest) -> PublishOutcome:
        """As in ``Transport``."""
        began = time.monotonic()
        hint = _SENT_AGAIN if request.qos and self._open_client.keeps_session else _PERHAPS
        answer = await self._answer(await self._send(request), "PUBLISH", hint)
        reason_code = answer.reason_codes[0]
        if reason_code.is_failure:
            raise refusals.publish_refused(request.topic_name, reason_code, answer.reason_string)
        seconds = time.monotonic() - began
        if not request.qos or not self._is_v5:
            return PublishOutcome(None, None, seconds)
        return PublishOutcome(reason_code, answer.reason_string, seconds)

    def writer(self, on_acknowledged: OnAcknowledged) -> PacketWriter:
        """The way out for many messages; nothing else may be published on this connection from now on.

        Args:
            on_acknowledged: told how each message ended.

        Raises:
            LibraryChanged: paho reads by itself and would not tell of acknowledgements.
            UsageError: the profile is read-only.
        """
        limits.check_may_publish(self._profile)
        client = self._open_client
        if client.slow_intake:
            raise LibraryChanged(f"Nothing can be published in bulk: {client.slow_intake}.", hint=CONSTRAINTS)
        writer = PacketWriter(client, self._connack, on_acknowledged)
        client.attach(writer)
        client.ended.add_done_callback(lambda ended: writer.close(endings.lost(ended.result(), self._url)))
        return writer

    async def probe(self) -> None:
        """As in ``Transport``."""
        client = self._open_client
        await client.probe()
        if client.ended.done():
            raise endings.lost(client.ended.result(), self._url)

    async def close(self, *, with_will: bool = False) -> None:
        """As in ``Transport``."""
        if self._client is None:
            return
        try:
            if self._is_v5 or not with_will:
                await self._client.disconnect(with_will=with_will)
        finally:
            self._client.abort()

    # ---------------------------------------------------------------- requests

    @property
    def _open_client(self) -> MqttClient:
        assert self._client is not None, "open() first"  # noqa: S101  a mistake of ours, never of a user
        return self._client

    async def _send(self, request: PublishRequest) -> Awaited:
        """Send; at QoS 1 and 2 not before there is room within the server's Receive Maximum (MQTT 5.0, 4.9)."""
        if request.qos:
            await self._wait_for_room()
        try:
            self._check_stands()
            with endings.explaining("message"):
                properties = to_paho(request.properties)
                sent = self._open_client.send_publish(
                    request.topic_name, request.payload, request.qos, properties, retain=request.retain
                )
        except BaseException:
            if request.qos:
                self._in_flight.release()
            raise
        if request.qos:
            sent.add_done_callback(lambda _: self._in_flight.release())  # also where nobody waits for it any more
        return sent

    def _make_room(self) -> None:
        self._in_flight.release()

    async def _wait_for_room(self) -> None:
        """Take a place among what may be under way (MQTT 5.0, 4.9); the end of the connection ends the wait."""
        if not self._in_flight.locked():
            await self._in_flight.acquire()
            return
        acquiring = asyncio.ensure_future(self._in_flight.acquire())
        both = acquiring, self._open_client.ended
        try:
            await asyncio.wait(both, timeout=self._answer_timeout, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if not acquiring.cancel():
                self._in_flight.release()
            self._check_stands()  # its end may be what this is cancelled for, and is what one wants to know
            raise
        if not acquiring.done():
            acquiring.cancel()
            self._check_stands()
            raise self._unanswered("earlier PUBLISH packets", _NOT_SENT)

    def _check_stands(self) -> None:
        if self._open_client.ended.done():
            lost = endings.lost(self._open_client.ended.result(), self._url)
            raise ConnectionLost(lost.message, hint=_NOT_SENT, reason_code=lost.reason_code)

    async def _answer(self, sent: Awaited, packet: str, hint: str = _PERHAPS) -> Answer:
        await asyncio.wait((sent,), timeout=self._answer_timeout)
        if not sent.done():
            raise self._unanswered(packet, hint)
        result = sent.result()
        if isinstance(result, Ending):
            raise endings.lost(result, self._url)
        return result

    def _unanswered(self, packet: str, hint: str = _PERHAPS) -> TimedOut:
        return TimedOut(
            f"{explain.where(self._url)} did not acknowledge {packet} within {self._answer_timeout:g} s.",
            hint=hint,
        )

    def _options(self, subscription: Subscription) -> SubscribeOptions | int:
        if not self._is_v5:
            return int(subscription.qos)
        return SubscribeOptions(
            qos=int(subscription.qos),
            noLocal=subscription.no_local and subscription.topic_filter.share_name is None,  # MQTT 5.0, 3.8.3.1
            retainAsPublished=subscription.retain_as_published,
            retainHandling=int(subscription.retain_handling),
        )

    # ---------------------------------------------------------------- making the connection

    @property
    def _is_v5(self) -> bool:
        return self._protocol >= Protocol.V5

    @property
    def _shows_certificate(self) -> bool:
        return self._profile.tls.certificate_file is not None

    async def _make_opener(self, way: Way) -> SocketOpener:
        url, profile = self._url, self._profile
        context = request = None
        if url.scheme.is_secure:  # reading the system's authorities takes a while
            context = await in_background(partial(tls.build_context, profile.tls, self._credentials.get(KEY_PASSWORD)))
        if url.scheme.is_websocket:
            request = WebSocketRequest(url.path or "/mqtt", profile.websocket.subprotocol, self._credentials.headers)
        return SocketOpener(
            reach=way.reach,
            host=url.host,
            port=url.port,
            tls=context,
            server_name=profile.tls.server_name or url.host,
            websocket=request,
            timeout=profile.connect_timeout,
            steps=self.steps,
        )

    def _make_client(self, *, clean_start: bool) -> MqttClient:
        profile, password = self._profile, self._credentials.get(PASSWORD)
        is_v5 = self._is_v5
        return MqttClient(
            self._intake,
            self._precedence,
            self._session,
            largest=profile.maximum_packet_size,
            aliases=TopicAliases(profile.topic_alias_maximum) if is_v5 and profile.topic_alias_maximum else None,
            hostname=self._url.host,
            port=self._url.port or 1,  # a Unix socket has none; paho insists
            username=profile.username if password is None else profile.username or "",  # paho has none without name
            password=password,
            identifier=profile.client_id,
            protocol=ProtocolVersion(self._protocol),
            clean_session=None if is_v5 else clean_start,
            clean_start=clean_start if is_v5 else MQTT_CLEAN_START_FIRST_ONLY,  # paho's word for “none”
            keepalive=profile.keep_alive,
            properties=connect_properties(profile, self._credentials) if is_v5 else None,
            will=will_of(profile, is_v5=is_v5),
        )


def _as_many(codes: Sequence[ReasonCode], count: int, default: ReasonCode) -> list[ReasonCode]:
    """``codes`` cut or filled to ``count``: a careless server may send another number of them."""
    return [*codes[:count], *[default] * (count - len(codes))]
