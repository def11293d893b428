"""What was published at QoS 1 and 2 and is not acknowledged: it is sent again once its session is resumed."""

import asyncio
from dataclasses import dataclass
from typing import Any

_PUBREL = bytes((0x62, 2))
_DUP = 0x08
_FRUITLESS = 5
"""Connections in a row that may end without an answer to anything that was sent again."""

Waiting = asyncio.Future[Any]


@dataclass(slots=True)
class _Message:
    packet: bytes
    """What is to be sent again: a PUBLISH with DUP, or a PUBREL where PUBREC had come."""
    is_under_way: bool = True
    """Whether the connection that stands has sent it; the server may answer nothing else."""
    is_again: bool = False
    waiting: Waiting | None = None
    """Who waits for the acknowledgement since the connection before."""


class Unacknowledged:
    """The messages of one MQTT session that a server has to answer, in the order in which it got them.

    A client that resumes a session sends them again, under the packet identifiers that they had (MQTT 5.0, 4.4 and 4.6;
    MQTT 3.1.1, 4.4). What one connection after the other ends without an answer to is given up: it may be what the
    server ends them for.
    """

    def __init__(self) -> None:
        self._messages: dict[int, _Message] = {}
        self._fruitless = 0

    def __len__(self) -> int:
        return len(self._messages)

    def __contains__(self, packet_identifier: int) -> bool:
        return packet_identifier in self._messages

    @property
    def packets(self) -> list[tuple[int, bytes]]:
        """All of them with their identifiers, in the order in which they are to be sent again."""
        return [(packet_identifier, message.packet) for packet_identifier, message in self._messages.items()]

    @property
    def is_hopeless(self) -> bool:
        """Whether sending it again has come to nothing too often."""
        return self._fruitless >= _FRUITLESS

    def published(self, packet_identifier: int, packet: bytes) -> None:
        """A PUBLISH has been sent."""
        self._messages[packet_identifier] = _Message(bytes((packet[0] | _DUP,)) + packet[1:])

    def sent_again(self, packet_identifier: int) -> Waiting:
        """It is under way on a new connection; who waits for it, and a new future where nobody does any more."""
        message = self._messages[packet_identifier]
        message.is_under_way = message.is_again = True
        waiting, message.waiting = message.waiting, None
        return waiting or asyncio.get_running_loop().create_future()

    def received(self, packet_identifier: int) -> bytes:
        """PUBREC has come: from now on PUBREL is what goes on; it."""
        packet = _PUBREL + packet_identifier.to_bytes(2)
        if message := self._answered(packet_identifier):
            self._messages[packet_identifier] = message  # behind what still waits for its PUBREC
            message.packet = packet
        return packet

    def done(self, packet_identifier: int) -> None:
        """The last acknowledgement has come."""
        self._answered(packet_identifier)

    def _answered(self, packet_identifier: int) -> _Message | None:
        message = self._messages.get(packet_identifier)
        if message is None or not message.is_under_way:
            return None
        if message.is_again:
            self._fruitless = 0
        return self._messages.pop(packet_identifier)

    def connection_ended(self, waiting: dict[int, Waiting]) -> list[Waiting]:
        """Nothing is under way any more; of those who wait, by packet identifier, the ones whose answer never comes."""
        if any(message.is_again and message.is_under_way for message in self._messages.values()):
            self._fruitless += 1
        for packet_identifier, message in self._messages.items():
            message.is_under_way = False
            message.waiting = waiting.pop(packet_identifier, None) or message.waiting
        return list(waiting.values())

    def give_up(self, why: object, packet_identifier: int | None = None) -> int:
        """Forget one of them, or all; whoever waits is told ``why``. How many they were."""
        gone = list(self._messages) if packet_identifier is None else [packet_identifier]
        for one in gone:
            waiting = self._messages.pop(one).waiting
            if waiting is not None and not waiting.done():
                waiting.set_result(why)
        if not self._messages:
            self._fruitless = 0
        return len(gone)
