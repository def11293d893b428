"""PUBLISH packets taken apart, as little as is needed to keep them (MQTT 5.0, 3.3)."""

from collections.abc import Sequence

from mqtt_tui.model.application_message import PUBLISH, RawPublish
from mqtt_tui.model.properties import MalformedProperties, read_properties
from mqtt_tui.model.reason_code import ReasonCode

MALFORMED_PACKET = ReasonCode(0x81)
PROTOCOL_ERROR = ReasonCode(0x82)
TOPIC_NAME_INVALID = ReasonCode(0x90)
TOPIC_ALIAS_INVALID = ReasonCode(0x94)
PACKET_TOO_LARGE = ReasonCode(0x95)

LONGEST_IN_RUN = 16_386
"""Bytes of the longest packet that ``split_run`` takes: those whose length stands in two bytes."""


class BrokenPacket(ValueError):
    """The server sent what the standard forbids: the connection has to end (MQTT 5.0, 4.13).

    Args:
        words: what is wrong with the packet.
        reason_code: for our DISCONNECT.
        hint: what the user may do about it.
    """

    def __init__(self, words: str, reason_code: ReasonCode = MALFORMED_PACKET, hint: str = "") -> None:
        super().__init__(words)
        self.reason_code = reason_code
        self.hint = hint


MESSAGES = frozenset(head for head in range(256) if head & 0xF0 == PUBLISH and head & 0x06 != 0x06)
"""The first bytes that a PUBLISH may have: there is no QoS 3."""


def split_run(data: bytes, at: int, heads: bytearray, topics: list[bytes], rests: list[bytes]) -> int:
    """Cut PUBLISH packets that follow each other out of ``data``, from offset ``at`` on, where one of them begins.

    This is the loop that decides how much a busy broker costs: about 0.3 µs a message, twice that where first bytes
    alternate (``make bench``). It stops before whatever is not like that: another kind of packet, one that is not
    whole, is longer than 16 KiB, or has a topic of more than 255 bytes; the reader then takes that one by itself.

    Args:
        data: packets, one behind the other.
        at: where one begins.
        heads: gets the first bytes.
        topics: gets the topic names.
        rests: gets what follows each of them in its packet: packet identifier, properties, payload.

    Returns:
        The offset behind the last packet that was cut.
    """
    head, end = data[at], len(data)
    add_topic, add_rest = topics.append, rests.append
    try:
        while True:
            if data[at] != head:
                heads += bytes((head,)) * (len(topics) - len(heads))
                head = data[at]
                if head not in MESSAGES:
                    break
            length = data[at + 1]
            if length < 128:
                start = at + 4
                stop = at + 2 + length
            elif (high := data[at + 2]) < 128:
                start = at + 5
                stop = at + length + (high << 7) - 125  # 3 bytes of header, less the 128 that length has too much
            else:
                break
            cut = start + data[start - 1]
            if stop > end or cut > stop or data[start - 2]:
                break
            add_topic(data[start:cut])
            add_rest(data[cut:stop])
            at = stop
    except IndexError:  # the last packet has not even its header
        pass
    heads += bytes((head,)) * (len(topics) - len(heads))
    return at


def split_publish(head: int, body: bytes | bytearray) -> RawPublish:
    """Cut one PUBLISH packet, whatever its size; ``body`` is what follows its remaining length.

    Raises:
        BrokenPacket: it is too short or has QoS 3.
    """
    qos = head >> 1 & 3
    if qos == 3:
        raise BrokenPacket("a message with QoS 3")
    at = 2 + int.from_bytes(body[:2])
    if len(body) < at + (2 if qos else 0):
        raise BrokenPacket("a message that is cut off")
    with memoryview(body) as view:  # a large payload is copied once only
        return head, bytes(view[2:at]), bytes(view[at:])


def fault_of(heads: bytes, topics: Sequence[bytes], rests: Sequence[bytes]) -> tuple[int, BrokenPacket] | None:
    """The first message that the standard forbids, and why; None where all are well.

    Looks at all of them together and at each by itself only where something is suspicious: 15 ns a message.
    """
    names = b"\n".join(topics)
    is_well = (
        all(topics)
        and (names.isascii() or _is_utf_8(names))
        and not (b"\0" in names or b"+" in names or b"#" in names)
        and _are_identified(heads, rests)
    )
    if is_well:
        return None
    faults = map(_fault, topics, rests, heads)
    return next(((at, fault) for at, fault in enumerate(faults) if fault), None)


def _are_identified(heads: bytes, rests: Sequence[bytes]) -> bool:
    """Whether there is room for a packet identifier wherever the first byte asks for one (MQTT 5.0, 2.2.1)."""
    asking = {head for head in (heads[:1] if are_alike(heads) else set(heads)) if head & 0x06}
    if not asking or min(map(len, rests)) >= 2:
        return True
    return all(len(rest) >= 2 for head, rest in zip(heads, rests, strict=True) if head in asking)


def are_alike(heads: bytes) -> bool:
    """Whether all these first bytes are the same."""
    return heads.count(heads[0]) == len(heads)


def _fault(topic: bytes, rest: bytes, head: int) -> BrokenPacket | None:
    if head & 0x06 and len(rest) < 2:
        return BrokenPacket("a message without packet identifier")
    if not topic:  # MQTT 5.0, 3.3.2.3.4: those that were offered are resolved by now
        if _has_alias(rest, head):
            return BrokenPacket("a Topic Alias, although none was offered", TOPIC_ALIAS_INVALID)
        return BrokenPacket("a message without topic", PROTOCOL_ERROR)
    if not _is_utf_8(topic) or b"\0" in topic:  # MQTT 5.0, 1.5.4
        return BrokenPacket("a topic that is not UTF-8 text")
    if b"+" in topic or b"#" in topic:  # MQTT 5.0, 3.3.2.1
        return BrokenPacket("a topic with a wildcard", TOPIC_NAME_INVALID)
    return None


def _has_alias(rest: bytes, head: int) -> bool:
    try:
        properties, _ = read_properties(rest, 2 if head & 0x06 else 0)
    except MalformedProperties:
        return False
    return properties.topic_alias is not None


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
