"""What strangers may publish, and a server that delivers all of it: mosquitto would refuse the worst."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from mqtt_tui.model.properties import write_variable_byte_integer
from mqtt_tui.model.protocol import Protocol
from tests.support.hostile_broker import (
    DISCONNECT,
    PUBACK,
    PUBLISH,
    SUBACK,
    SUBSCRIBE,
    UNSUBACK,
    UNSUBSCRIBE,
    HostileBroker,
    Peer,
    connack,
    disconnect,
    packet,
    text_property,
)

_PINGREQ, _PINGRESP = 0xC0, 0xD0
_CONTENT_TYPE, _RESPONSE_TOPIC, _CORRELATION_DATA, _USER_PROPERTY = 0x03, 0x08, 0x09, 0x26
_ASSIGNED_CLIENT_IDENTIFIER, _REASON_STRING, _SERVER_REFERENCE = 0x12, 0x1F, 0x1C

TITLE = "\x1b]0;OWNED-TITLE\x07"
NOTIFY = "\x1b]9;OWNED-NOTIFY\x07"
LINK = "\x1b]8;;http://owned.invalid/\x1b\\OWNED-LINK\x1b]8;;\x1b\\"
CLIPBOARD = "\x1b]52;c;T1dORUQ=\x07"
C1 = "\x9b31mOWNED-C1\x9d0;OWNED-C1\x9c"
CSI = "\x1b[2J\x1b[31m\x1b[?1049l\x1b[6n\x1bc"
MARKUP = ("[/]", "[/nope]", "[@click=app.quit]x", "[@click=nope.x]y", "[link=owned.invalid]z", ":warning:")
EVERYTHING = (
    f"{TITLE}{NOTIFY}{LINK}{CLIPBOARD}{C1}{CSI}[@click=app.quit]all[/]\u202eevil\u2066\r\n\x85\u2028\x00\x07\x7f"
)


@dataclass(frozen=True)
class Stranger:
    """One hostile message."""

    topic: bytes
    payload: bytes = b"x"
    properties: bytes = b""
    """Of MQTT 5, as on the wire, without their length."""


def hostile_topics() -> list[bytes]:
    """Names that no topic should have, each below ``h``; those that MQTT forbids are not here."""
    words = [TITLE, NOTIFY, LINK, CLIPBOARD, C1, CSI, *MARKUP, EVERYTHING.replace("\0", "")]
    words += [
        "bidi\u202egnp.exe",
        "ad\u200bmin",
        "line\u2028separator",
        "next\x85line",
        "car\rriage",
        "line\nfeed",
        "bell\x07",
    ]
    words += [
        "tab\tulator",
        "com" + "\u0301" * 40,
        "\ufeffbom",
        "esc\x1b",
        "../../etc/passwd",
        " blank ",
    ]
    return [b"h/" + word.encode() for word in words]


def hostile_payloads() -> list[bytes]:
    """Payloads that try to command the terminal, in the disguises that the inspector knows."""
    as_json = rb'{"[/nope]": "\u001b]0;OWNED-TITLE\u0007", "[/]": "[@click=app.quit]x", "n": 9007199254740993}'
    return [
        EVERYTHING.encode(),
        as_json,
        b'{"a": ' * 3_000,
        b"\xff\xfe invalid \x9b31mOWNED-C1 \x1b]0;OWNED-TITLE\x07",
        "\n".join(MARKUP).encode(),
        bytes(range(256)),
    ]


def hostile_properties() -> bytes:
    """PUBLISH properties of MQTT 5 with all of it in each text."""
    data = EVERYTHING.replace("\0", "").encode()
    text = len(data).to_bytes(2) + data
    pieces = (bytes([_CONTENT_TYPE]), bytes([_RESPONSE_TOPIC]), bytes([_CORRELATION_DATA]))
    return b"".join(piece + text for piece in pieces) + bytes([_USER_PROPERTY]) + text + text


def strangers() -> list[Stranger]:
    """All of the above, one message each."""
    by_topic = [Stranger(topic, b"topic") for topic in hostile_topics()]
    by_payload = [Stranger(b"p/%d" % number, payload) for number, payload in enumerate(hostile_payloads())]
    return [*by_topic, *by_payload, Stranger(b"properties", b'{"fine": true}', hostile_properties())]


def welcome_properties() -> bytes:
    """CONNACK properties of MQTT 5 with hostile texts."""
    name = text_property(_ASSIGNED_CLIENT_IDENTIFIER, f"id{TITLE}[/]")
    return name + text_property(_REASON_STRING, f"{TITLE}OWNED-REASON{C1}[/]")


def refusal_properties() -> bytes:
    """Properties of a refusing CONNACK or a DISCONNECT: reason string and server reference."""
    reason = text_property(_REASON_STRING, "\x1b]0;OWNED-REASON\x07\x9d0;OWNED-REASON\x9c[@click=app.quit]why[/]")
    return reason + text_property(_SERVER_REFERENCE, f"elsewhere{TITLE}")


def publish_packet(message: Stranger, protocol: int) -> bytes:
    """A PUBLISH at QoS 0 (MQTT 5.0, 3.3), its topic taken as it stands."""
    properties = b""
    if protocol >= Protocol.V5:
        properties = write_variable_byte_integer(len(message.properties)) + message.properties
    return packet(PUBLISH, len(message.topic).to_bytes(2) + message.topic + properties + message.payload)


class HostilePublisher(HostileBroker):
    """Accepts every client and every subscription, and sends what the test tells it to."""

    def __init__(self) -> None:
        super().__init__(self._serve)
        self._subscribed = asyncio.Event()
        self.said_goodbye = False
        """Whether a client has sent DISCONNECT."""
        self.refusal: tuple[int, bytes] | None = None
        """Reason code and properties with which clients are refused; None lets them in."""

    async def deliver(self, messages: Iterable[Stranger]) -> None:
        """Send ``messages`` to the latest client, once it has subscribed."""
        async with asyncio.timeout(10):
            peer = await self.subscriber()
        for message in messages:
            peer.send(publish_packet(message, peer.protocol))
            await peer.drain()

    async def subscriber(self) -> Peer:
        """Wait until the latest client has subscribed."""
        await self._subscribed.wait()
        return self.peers[-1]

    def dismiss(self, code: int, properties: bytes) -> None:
        """Send DISCONNECT to the latest client and close."""
        self._subscribed.clear()
        self.peers[-1].send(disconnect(code, properties))
        self.peers[-1].close()

    async def _serve(self, peer: Peer) -> None:
        if self.refusal is not None:
            await peer.read_connect()
            peer.send(connack(*self.refusal, protocol=peer.protocol))
            return
        await peer.accept(welcome_properties())
        while True:
            head, body = await peer.read()
            self._answer(peer, head, body)

    def _answer(self, peer: Peer, head: int, body: bytes) -> None:
        kind, is_v5 = head & 0xF0, peer.protocol >= Protocol.V5
        if kind in (SUBSCRIBE, UNSUBSCRIBE):
            codes = bytes(_filters(body, is_v5=is_v5, with_options=kind == SUBSCRIBE))
            answer = SUBACK if kind == SUBSCRIBE else UNSUBACK
            peer.send(packet(answer, body[:2] + (b"\0" if is_v5 else b"") + codes))
            self._subscribed.set()
        elif kind == PUBLISH and head & 0x06:
            at = 2 + int.from_bytes(body[:2])
            peer.send(packet(PUBACK, body[at : at + 2]))
        elif kind == _PINGREQ:
            peer.send(bytes([_PINGRESP, 0]))
        elif kind == DISCONNECT:
            self.said_goodbye = True


def _filters(body: bytes, *, is_v5: bool, with_options: bool) -> int:
    """How many filters a SUBSCRIBE or UNSUBSCRIBE names; its properties are taken to be short."""
    at = 2 + (1 + body[2] if is_v5 else 0)
    count = 0
    while at < len(body):
        at += 2 + int.from_bytes(body[at : at + 2]) + with_options
        count += 1
    return count
