"""What the broker keeps of one client: deliveries waiting and under way (MQTT 5.0, 4.1 to 4.4)."""

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Protocol as Interface

from mqtt_tui.demo.broker.connect_packet import Will
from mqtt_tui.demo.broker.counters import Counters
from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.demo.broker.packets import (
    PACKET_IDENTIFIER_NOT_FOUND,
    SUCCESS,
    PacketType,
    acknowledgement,
)
from mqtt_tui.demo.broker.publication import Delivery, write_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import ReasonCode

_MOST_IN_FLIGHT = 1_000


class Link(Interface):
    """The way to a connected client."""

    @property
    def is_backed_up(self) -> bool:
        """The client reads too slowly."""

    def send(self, packet: bytes) -> None:
        """Send a whole packet, or forget it where the client is gone."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A connected client and what it can take."""

    link: Link
    protocol: Protocol
    receive_maximum: int
    maximum_packet_size: int | None


class Session:
    """One client's state, which may outlive its connection."""

    def __init__(self, client_identifier: str, limits: Limits, counters: Counters) -> None:
        self.client_identifier = client_identifier
        self.peer: Peer | None = None
        self.expires_at = inf
        """Seconds on the broker's clock; counts while no client is connected."""
        self.delayed_will: tuple[float, Will] | None = None
        """When it is due on the broker's clock, and what."""
        self.unreleased: set[int] = set()
        """Packet identifiers of the client's QoS 2 messages that wait for PUBREL."""
        self._limits = limits
        self._counters = counters
        self._queue: deque[Delivery] = deque()
        self._queued_bytes = 0
        self._in_flight: dict[int, Delivery | None] = {}
        """Sent and not yet acknowledged; None: only PUBCOMP is missing."""
        self._last_identifier = 0

    def attach(self, peer: Peer, now: float) -> None:
        """The client is there: repeat what it has not acknowledged, then go on (MQTT 5.0, 4.4)."""
        self.peer = peer
        for packet_identifier, delivery in list(self._in_flight.items()):
            if delivery is None:
                peer.link.send(acknowledgement(PacketType.PUBREL, packet_identifier, SUCCESS, peer.protocol))
            elif not self._send(peer, delivery, now, packet_identifier, dup=True):
                del self._in_flight[packet_identifier]
        self.pump(now)

    def deliver(self, delivery: Delivery, now: float) -> None:
        """Send now or queue; QoS 0 is dropped where the client is away or slow."""
        if delivery.qos:
            size = len(delivery.publication.payload)
            is_full = len(self._queue) >= self._limits.queued_messages
            if is_full or self._queued_bytes + size > self._limits.queued_bytes:
                self._counters.publish_dropped += 1
                return
            self._queue.append(delivery)
            self._queued_bytes += size
            self.pump(now)
        elif self.peer is not None:
            if self.peer.link.is_backed_up:
                self._counters.publish_dropped += 1
            else:
                self._send(self.peer, delivery, now)

    def pump(self, now: float) -> None:
        """Send from the queue what the client's Receive Maximum and speed allow."""
        peer = self.peer
        if peer is None:
            return
        window = min(peer.receive_maximum, _MOST_IN_FLIGHT)
        while self._queue and len(self._in_flight) < window and not peer.link.is_backed_up:
            delivery = self._queue.popleft()
            self._queued_bytes -= len(delivery.publication.payload)
            packet_identifier = self._next_identifier()
            if self._send(peer, delivery, now, packet_identifier):
                self._in_flight[packet_identifier] = delivery

    def acknowledged(self, packet_identifier: int, now: float) -> None:
        """PUBACK or PUBCOMP, or a PUBREC that refuses: the message is settled."""
        if packet_identifier in self._in_flight:
            del self._in_flight[packet_identifier]
            self.pump(now)

    def received(self, packet_identifier: int) -> ReasonCode:
        """PUBREC: the client has the message; the reason code for PUBREL."""
        if packet_identifier not in self._in_flight:
            return PACKET_IDENTIFIER_NOT_FOUND
        self._in_flight[packet_identifier] = None
        return SUCCESS

    def released(self, packet_identifier: int) -> ReasonCode:
        """PUBREL: the client will not repeat its message; the reason code for PUBCOMP."""
        if packet_identifier not in self.unreleased:
            return PACKET_IDENTIFIER_NOT_FOUND
        self.unreleased.remove(packet_identifier)
        return SUCCESS

    def _send(
        self, peer: Peer, delivery: Delivery, now: float, packet_identifier: int = 0, *, dup: bool = False
    ) -> bool:
        packet = write_publish(delivery, peer.protocol, now, packet_identifier=packet_identifier, dup=dup)
        if packet is None:
            return False
        if peer.maximum_packet_size is not None and len(packet) > peer.maximum_packet_size:
            self._counters.publish_dropped += 1
            return False
        peer.link.send(packet)
        return True

    def _next_identifier(self) -> int:
        while True:
            self._last_identifier = self._last_identifier % 65_535 + 1
            if self._last_identifier not in self._in_flight:
                return self._last_identifier
