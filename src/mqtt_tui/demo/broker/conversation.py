"""One client's conversation with the broker, packet by packet, with no network."""

from collections.abc import Callable
from secrets import token_hex
from typing import Protocol as Interface

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.connect_packet import Connect, UnknownProtocol, read_connect
from mqtt_tui.demo.broker.control_properties import (
    OF_DISCONNECT,
    Name,
    read_control_properties,
    write_control_properties,
)
from mqtt_tui.demo.broker.packets import (
    BAD_AUTHENTICATION_METHOD,
    PINGRESP,
    PROTOCOL_ERROR,
    RECEIVE_MAXIMUM_EXCEEDED,
    SERVER_BUSY,
    SUCCESS,
    TOPIC_FILTER_INVALID,
    ClientFault,
    PacketType,
    acknowledgement,
    connack,
    disconnect,
    suback,
    unsuback,
)
from mqtt_tui.demo.broker.publication import TopicAliases, read_publish
from mqtt_tui.demo.broker.router import Router
from mqtt_tui.demo.broker.session import Link, Peer, Session
from mqtt_tui.demo.broker.subscribe_packet import read_subscribe, read_unsubscribe
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import SESSION_TAKEN_OVER, ReasonCode

_UNACCEPTABLE_PROTOCOL, _IDENTIFIER_REJECTED, _UNAVAILABLE = 1, 2, 3
"""Return codes of CONNACK before MQTT 5 (MQTT 3.1.1, 3.2.2.3)."""
_DISCONNECT_WITH_WILL = 0x04


class Line(Link, Interface):
    """The way to a client that can be hung up."""

    def hang_up(self) -> None:
        """Close after what was sent."""


class Conversation:
    """What a client may say and what it is answered (MQTT 5.0, chapter 3)."""

    def __init__(self, router: Router, line: Line) -> None:
        self._router = router
        self._line = line
        self._connect: Connect | None = None
        self._session: Session | None = None
        self._expiry_interval = 0
        self._aliases = TopicAliases(router.limits.topic_alias_maximum)
        self._answers: dict[int, Callable[[int, bytes], None]] = {
            PacketType.PUBLISH: self._publish,
            PacketType.PUBACK: self._puback,
            PacketType.PUBREC: self._pubrec,
            PacketType.PUBREL: self._pubrel,
            PacketType.PUBCOMP: self._puback,
            PacketType.SUBSCRIBE: self._subscribe,
            PacketType.UNSUBSCRIBE: self._unsubscribe,
            PacketType.PINGREQ: self._ping,
            PacketType.DISCONNECT: self._disconnect,
        }

    @property
    def is_open(self) -> bool:
        """CONNECT was accepted and nothing has ended it since."""
        return self._session is not None

    @property
    def keep_alive(self) -> int:
        """Seconds in which the client promised to speak; 0: it did not."""
        return self._connect.keep_alive if self._connect is not None else 0

    @property
    def _protocol(self) -> Protocol:
        return self._connect.protocol if self._connect is not None else Protocol.V311

    def take(self, head: int, body: bytes) -> None:
        """Take the next packet.

        Raises:
            ClientFault: the packet must end the conversation.
        """
        if not self.is_open:
            if head >> 4 != PacketType.CONNECT:
                raise ClientFault(PROTOCOL_ERROR)
            self._open(body)
            return
        answer = self._answers.get(head >> 4)
        if answer is None:
            raise ClientFault(PROTOCOL_ERROR)
        answer(head, body)

    def resume(self) -> None:
        """The client reads again."""
        if self._session is not None:
            self._session.pump(self._router.clock())

    def end(self, reason_code: ReasonCode) -> None:
        """The broker ends it, with a word to those that understand one; the will is published."""
        if self.is_open and self._protocol >= Protocol.V5:
            self._line.send(disconnect(reason_code))
        self._line.hang_up()
        self.lost()

    def taken_over(self) -> None:
        """Another connection came with our client identifier (MQTT 5.0, 3.1.4)."""
        self.end(SESSION_TAKEN_OVER)

    def lost(self, *, with_will: bool = True) -> None:
        """The connection is over."""
        session, self._session = self._session, None
        if session is not None and self._connect is not None:
            will = self._connect.will if with_will else None
            self._router.leave_session(session, self._expiry_interval, will)

    def _open(self, body: bytes) -> None:
        try:
            connect = read_connect(body)
        except UnknownProtocol:
            self._refuse(connack(Protocol.V311, _UNACCEPTABLE_PROTOCOL))
            return
        is_v5 = connect.protocol >= Protocol.V5
        if self._router.connected >= self._router.limits.connections:
            self._refuse(connack(connect.protocol, SERVER_BUSY if is_v5 else _UNAVAILABLE))
        elif connect.authentication_method is not None:
            self._refuse(connack(connect.protocol, BAD_AUTHENTICATION_METHOD))
        elif not connect.client_identifier and not is_v5 and not self._may_be_nameless(connect):
            self._refuse(connack(connect.protocol, _IDENTIFIER_REJECTED))
        else:
            self._accept(connect)

    @staticmethod
    def _may_be_nameless(connect: Connect) -> bool:
        return connect.protocol is Protocol.V311 and connect.clean_start  # MQTT 3.1.1, 3.1.3.1

    def _refuse(self, answer: bytes) -> None:
        self._line.send(answer)
        self._line.hang_up()

    def _accept(self, connect: Connect) -> None:
        client_identifier = connect.client_identifier or f"demo-{token_hex(6)}"
        session, is_resumed = self._router.open_session(connect, client_identifier, self)
        self._connect, self._session = connect, session
        self._expiry_interval = connect.session_expiry_interval
        limits = self._router.limits
        granted: dict[Name, int | str] = {
            Name.MAXIMUM_PACKET_SIZE: limits.packet_size,
            Name.RECEIVE_MAXIMUM: limits.receive_maximum,
            Name.TOPIC_ALIAS_MAXIMUM: limits.topic_alias_maximum,
        }
        if not connect.client_identifier:
            granted[Name.ASSIGNED_CLIENT_IDENTIFIER] = client_identifier
        present = is_resumed and connect.protocol > Protocol.V31  # MQTT 3.1 has no such flag
        properties = write_control_properties(granted)
        self._line.send(connack(connect.protocol, SUCCESS, session_present=present, properties=properties))
        peer = Peer(self._line, connect.protocol, connect.receive_maximum, connect.maximum_packet_size)
        session.attach(peer, self._router.clock())

    def _publish(self, head: int, body: bytes) -> None:
        session = self._opened()
        publication, packet_identifier = read_publish(
            head,
            body,
            protocol=self._protocol,
            aliases=self._aliases,
            sender=session.client_identifier,
            now=self._router.clock(),
        )
        if publication.qos == 0:
            self._router.publish(publication)
        elif publication.qos == 1:
            reason = self._router.publish(publication)
            self._acknowledge(PacketType.PUBACK, packet_identifier, reason)
        else:
            reason = SUCCESS
            if packet_identifier not in session.unreleased:
                if len(session.unreleased) >= self._router.limits.receive_maximum:
                    raise ClientFault(RECEIVE_MAXIMUM_EXCEEDED)
                reason = self._router.publish(publication)
                if not reason.is_failure:
                    session.unreleased.add(packet_identifier)
            self._acknowledge(PacketType.PUBREC, packet_identifier, reason)

    def _puback(self, _head: int, body: bytes) -> None:
        self._opened().acknowledged(BodyReader(body).packet_identifier(), self._router.clock())

    def _pubrec(self, _head: int, body: bytes) -> None:
        session, reader = self._opened(), BodyReader(body)
        packet_identifier = reader.packet_identifier()
        if not reader.is_at_end and ReasonCode(reader.integer(1)).is_failure:
            session.acknowledged(packet_identifier, self._router.clock())
        else:
            self._acknowledge(PacketType.PUBREL, packet_identifier, session.received(packet_identifier))

    def _pubrel(self, _head: int, body: bytes) -> None:
        packet_identifier = BodyReader(body).packet_identifier()
        self._acknowledge(PacketType.PUBCOMP, packet_identifier, self._opened().released(packet_identifier))

    def _acknowledge(self, kind: PacketType, packet_identifier: int, reason: ReasonCode) -> None:
        self._line.send(acknowledgement(kind, packet_identifier, reason, self._protocol))

    def _subscribe(self, _head: int, body: bytes) -> None:
        session, wish = self._opened(), read_subscribe(body, self._protocol)
        reasons, retained = [], []
        for subscription in wish.subscriptions:
            if subscription is None:
                reasons.append(TOPIC_FILTER_INVALID)
            else:
                reason, found = self._router.subscribe(session, subscription, wish.subscription_identifier)
                reasons.append(reason)
                retained += found
        self._line.send(suback(wish.packet_identifier, reasons, self._protocol))
        for delivery in retained:
            session.deliver(delivery, self._router.clock())

    def _unsubscribe(self, _head: int, body: bytes) -> None:
        session, wish = self._opened(), read_unsubscribe(body, self._protocol)
        reasons = [self._router.unsubscribe(session, topic_filter) for topic_filter in wish.topic_filters]
        self._line.send(unsuback(wish.packet_identifier, reasons, self._protocol))

    def _ping(self, _head: int, _body: bytes) -> None:
        self._line.send(PINGRESP)

    def _disconnect(self, _head: int, body: bytes) -> None:
        reader, reason = BodyReader(body), 0
        if self._protocol >= Protocol.V5 and not reader.is_at_end:
            reason = reader.integer(1)
            if not reader.is_at_end:
                found = read_control_properties(reader, OF_DISCONNECT)
                self._change_expiry(found.integer(Name.SESSION_EXPIRY_INTERVAL))
        self._line.hang_up()
        self.lost(with_will=reason == _DISCONNECT_WITH_WILL)

    def _change_expiry(self, interval: int | None) -> None:
        if interval and not self._expiry_interval:
            raise ClientFault(PROTOCOL_ERROR)  # MQTT 5.0, 3.14.2.2.2
        if interval is not None:
            self._expiry_interval = interval

    def _opened(self) -> Session:
        if self._session is None:
            raise ClientFault(PROTOCOL_ERROR)
        return self._session
