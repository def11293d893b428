"""The server's bytes as packets: PUBLISH in runs, everything else one by one."""

from collections.abc import Callable

from mqtt_tui.connection.mqtt.publish_packet import (
    LONGEST_IN_RUN,
    MESSAGES,
    PACKET_TOO_LARGE,
    BrokenPacket,
    fault_of,
    split_publish,
    split_run,
)
from mqtt_tui.connection.mqtt.topic_aliases import TopicAliases
from mqtt_tui.model.application_message import PUBLISH
from mqtt_tui.text.quantities import size_text

_TAIL = 65_536
"""Bytes up to which the beginning of a packet is put in front of the next read; larger ones are gathered in place."""

_MOST_PARTS = 1_000
"""Runs and other packets that are handed on at once, at some ten microseconds each: of the smallest ones, a read of
256 KiB has thirty thousand."""

TakeRun = Callable[[bytes, list[bytes], list[bytes]], None]
TakePacket = Callable[[int, bytes | bytearray], None]


class PacketReader:
    """Takes apart what was read, wherever the reads were cut.

    Args:
        take_run: gets messages that came one behind the other: their first bytes, topic names, and what follows these
            (packet identifier, properties, payload).
        take_packet: gets every other packet: its first byte, and what follows the remaining length.
        largest: bytes that a packet may have, as announced with Maximum Packet Size (MQTT 5.0, 3.1.2.11.4).
        aliases: None where none were offered.
    """

    def __init__(
        self, take_run: TakeRun, take_packet: TakePacket, *, largest: int, aliases: TopicAliases | None = None
    ) -> None:
        self._take_run = take_run
        self._take_packet = take_packet
        self._largest = largest
        self._aliases = aliases
        self._tail = b""
        self._gathered: bytearray | None = None  # a large packet
        self._whole = 0  # bytes that it will have
        self.is_behind = False
        """Whether there are packets that were read and not handed on."""

    def feed(self, data: bytes) -> None:
        """Take what was read, and hand on every packet that it completes, in order.

        Where these are many that cannot be handed on together, only some: then ``is_behind``, and the others come with
        the next call, which may bring nothing new.

        Raises:
            BrokenPacket: what came before it was handed on; the stream cannot be read any further.
        """
        if self._gathered is not None:
            data = self._gather(self._gathered, data)
        elif self._tail:
            data = self._tail + data
            self._tail = b""
        at, end, parts = 0, len(data), 0
        hand_on = self._hand_on if self._aliases is None else self._hand_on_named
        self.is_behind = False
        while at < end:
            if parts == _MOST_PARTS:
                self.is_behind, self._tail = True, data[at:]
                return
            parts += 1
            head = data[at]
            if head in MESSAGES and self._largest >= LONGEST_IN_RUN:
                heads = bytearray()
                topics: list[bytes] = []
                rests: list[bytes] = []
                stop = split_run(data, at, heads, topics, rests)
                if stop > at:
                    hand_on(bytes(heads), topics, rests)
                    at = stop
                    continue
            start, stop = self._bounds(data, at)
            if start is None or stop > end:
                self._keep(data, at, stop)
                return
            self._take_whole(head, data[start:stop])
            at = stop

    def _hand_on(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        fault = fault_of(heads, topics, rests)
        if fault is None:
            self._take_run(heads, topics, rests)
            return
        number, error = fault
        if number:
            self._take_run(heads[:number], topics[:number], rests[:number])
        raise error

    def _hand_on_named(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        """As ``_hand_on``, where aliases may stand for topics."""
        fault = self._aliases.resolve(heads, topics, rests) if self._aliases is not None else None
        if fault is None:
            self._hand_on(heads, topics, rests)
            return
        number, error = fault
        if number:
            self._hand_on(heads[:number], topics[:number], rests[:number])
        raise error

    def _take_whole(self, head: int, body: bytes | bytearray) -> None:
        if head & 0xF0 == PUBLISH:
            _, topic, rest = split_publish(head, body)
            hand_on = self._hand_on if self._aliases is None else self._hand_on_named
            hand_on(bytes((head,)), [topic], [rest])
        else:
            self._take_packet(head, body)

    def _bounds(self, data: bytes, at: int) -> tuple[int | None, int]:
        """Where the body of the packet at ``at`` begins (None: not known yet) and where it ends (MQTT 5.0, 2.1.4)."""
        length = 0
        for number, byte in enumerate(data[at + 1 : at + 5]):
            length |= (byte & 0x7F) << 7 * number
            if byte < 0x80:
                start = at + number + 2
                if start + length - at > self._largest:
                    raise BrokenPacket(
                        f"a packet of {size_text(start + length - at)}; up to {size_text(self._largest)} are taken",
                        PACKET_TOO_LARGE,
                        "Raise the profile's packet limit, or subscribe to less.",
                    )
                return start, start + length
            if number == 3:
                raise BrokenPacket("a packet whose length takes more than four bytes")
        return None, 0

    # ---------------------------------------------------------------- packets that are not whole

    def _keep(self, data: bytes, at: int, stop: int) -> None:
        """Wait for the rest of the packet at ``at``; ``stop``: where it would end, 0 where that is not known."""
        if stop - at <= _TAIL:
            self._tail = data[at:]
            return
        self._gathered = bytearray(data[at:])  # grows as it comes: to announce much costs the server nothing
        self._whole = stop - at

    def _gather(self, packet: bytearray, data: bytes) -> bytes:
        """Go on with a large packet; what follows it in ``data``."""
        part = self._whole - len(packet)
        packet += data[:part]
        if len(packet) == self._whole:
            self._gathered = None
            start, _ = self._bounds(bytes(packet[:5]), 0)
            head = packet[0]
            del packet[:start]  # in place: moves the beginning, copies nothing
            self._take_whole(head, packet)
        return data[part:]
