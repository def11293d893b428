"""Images, in words: what their headers say. No picture is decoded, and nothing decompressed."""

import struct
from collections.abc import Callable

from mqtt_tui.decoders.base import Decoded, Line, NotDecodable, Token
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.decoders.image_bytes import Fact, ImageBytes
from mqtt_tui.decoders.image_containers import heif, ico, webp
from mqtt_tui.decoders.image_rasters import bmp, gif, jpeg, png
from mqtt_tui.decoders.image_tags import tiff
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

_LONGEST_LABEL = 24
_LONGEST_VALUE = 200
_SVG = "image/svg+xml"
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_BRANDS = {  # ISO 23008-12, annex B; AV1 Image File Format, 5
    b"avif": "AVIF",
    b"avis": "AVIF",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"),
}
_READERS: dict[str, Callable[[ImageBytes], list[Fact]]] = {
    "PNG": png,
    "JPEG": jpeg,
    "GIF": gif,
    "WebP": webp,
    "TIFF": tiff,
    "AVIF": heif,
    "HEIC": heif,
    "BMP": bmp,
    "ICO": ico,
    "SVG": lambda _: [],
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)


class ImageDecoder:
    """Kind, size, colours and what else the header of an image says."""

    name = "image"
    title = "image"

    def accepts(self, message: ApplicationMessage) -> int:
        """By the first bytes; where those are few, only with a content type that says the same."""
        payload = message.payload
        if _kind_by_magic(payload):
            return 95
        return 90 if media_type(message).startswith("image/") and _kind_declared(message) else 0

    def decode(self, message: ApplicationMessage) -> Decoded:
        """A line for each thing that the header says."""
        payload = message.payload
        kind = _kind_by_magic(payload) or _kind_declared(message)
        if not kind:
            raise NotDecodable("not an image of a known kind")
        facts = _READERS[kind](ImageBytes(kind, payload))
        title = f"{kind} image"
        return Decoded(title, _lines([("kind", title), *facts, ("payload", f"{len(payload):,} bytes")]))


def _kind_by_magic(payload: bytes) -> str:
    """By first bytes that nothing else has; empty where they are of no image."""
    for magic, kind in _MAGIC:
        if payload.startswith(magic):
            return kind
    if payload[:4] == b"RIFF" and payload[8:12] == b"WEBP":
        return "WebP"
    if payload[4:8] == b"ftyp":
        return _BRANDS.get(payload[8:12], "")
    if payload[:2] == b"BM" and payload[15:18] == b"\0\0\0" and payload[14] in _BMP_HEADERS:
        return "BMP"
    return "ICO" if _is_icon(payload) else ""


def _is_icon(payload: bytes) -> bool:
    """Whether its first image follows the list: many a number begins with the same four bytes."""
    if payload[:4] != b"\0\0\1\0" or len(payload) < 22:
        return False
    count, reserved, size, place = struct.unpack_from("<H3xB4xII", payload, 4)
    return bool(count and not reserved and size and 6 + count * 16 <= place < len(payload))


def _kind_declared(message: ApplicationMessage) -> str:
    """By first bytes that others have too, where the content type says the same or, of SVG, by that alone."""
    payload, declared = message.payload, media_type(message)
    if declared == _SVG:
        return "SVG" if payload[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else ""
    if not declared.startswith("image/"):
        return ""
    return "BMP" if payload[:2] == b"BM" else "ICO" if payload[:4] == b"\0\0\1\0" else ""


def _lines(facts: list[Fact]) -> tuple[Line, ...]:
    """Values below each other, behind their labels."""
    shown = [(_cut(label, _LONGEST_LABEL), _cut(value, _LONGEST_VALUE)) for label, value in facts]
    width = max(len(label) for label, _ in shown)
    return tuple(((Token.NOTE, f"{label:{width}}  "), (Token.PLAIN, value)) for label, value in shown)


def _cut(text: str, length: int) -> str:
    return display_text(text if len(text) <= length else f"{text[: length - 1]}…")
