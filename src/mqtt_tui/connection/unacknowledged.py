"""What was published at QoS 1 and 2 and is not acknowledged: it is sent again once its session is resumed."""

import asyncio
from typing import Any

_PUBREL = bytes((0x62, 2))
_DUP = 0x08


class Unacknowledged:
    """The packets of one MQTT session that a server has to answer, in the order in which it got them.

    A client that resumes a session sends them again, under the packet identifiers that they had: a PUBLISH with DUP, a
    PUBREL where PUBREC had come (MQTT 5.0, 4.4 and 4.6; MQTT 3.1.1, 4.4).
    """

    def __init__(self) -> None:
        self._packets: dict[int, bytes] = {}
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    def __len__(self) -> int:
        return len(self._packets)

    def __contains__(self, packet_identifier: int) -> bool:
        return packet_identifier in self._packets

    @property
    def packet_identifiers(self) -> list[int]:
        """Of all of them, in the order in which they are to be sent again."""
        return list(self._packets)

    def published(self, packet_identifier: int, packet: bytes) -> None:
        """A PUBLISH has been sent."""
        self._packets[packet_identifier] = bytes((packet[0] | _DUP,)) + packet[1:]

    def received(self, packet_identifier: int) -> bytes:
        """PUBREC has come: from now on PUBREL is what goes on; it."""
        packet = _PUBREL + packet_identifier.to_bytes(2)
        if self._packets.pop(packet_identifier, None) is not None:  # behind what still waits for its PUBREC
            self._packets[packet_identifier] = packet
        return packet

    def done(self, packet_identifier: int) -> None:
        """The last acknowledgement has come."""
        self._packets.pop(packet_identifier, None)

    def packet(self, packet_identifier: int) -> bytes:
        """What is to be sent again."""
        return self._packets[packet_identifier]

    def leave_waiting(self, packet_identifier: int, waiting: asyncio.Future[Any]) -> None:
        """The connection is lost, and somebody still waits for the acknowledgement."""
        self._waiting[packet_identifier] = waiting

    def take_waiting(self, packet_identifier: int) -> asyncio.Future[Any]:
        """Who waits for it; a new future where nobody does any more."""
        return self._waiting.pop(packet_identifier, None) or asyncio.get_running_loop().create_future()

    def give_up(self, why: object) -> None:
        """The session is gone, and all of this with it; whoever waits is told ``why``."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(why)
        self._waiting.clear()
        self._packets.clear()
