"""Of an image is shown what its header says, and what is damaged is refused with its place."""

import struct
import time
from contextlib import suppress

import pytest

from mqtt_tui.decoders.base import Decoded, NotDecodable, Token
from mqtt_tui.decoders.image import ImageDecoder
from tests.unit.decoders import images
from tests.unit.decoders.messages import message, text_of, texts


def decode(payload: bytes, content_type: str | None = None) -> Decoded:
    return ImageDecoder().decode(message(payload, content_type=content_type))


def facts(payload: bytes) -> list[tuple[str, str]]:
    """All but the first and the last, which are the same for all."""
    return [(label[1].strip(), value[1]) for label, value in decode(payload).lines][1:-1]


def reason(payload: bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(payload)
    return failure.value.message


def refusal(payload: bytes) -> str:
    """Why it is refused; empty where it is shown."""
    try:
        decode(payload, "image/x")
    except NotDecodable as error:
        return error.message
    return ""


CAMERA = [("camera", "Acme Eye 2"), ("time", "2026:11:20 10:00:00"), ("orientation", "to be turned right by 90°")]


def test_values_stand_below_each_other_behind_their_labels() -> None:
    decoded = decode(images.png())
    assert texts(decoded) == [
        "kind     PNG image",
        "size     640 × 480 pixels",
        "colour   RGB with alpha, 8 bits",
        f"payload  {len(images.png())} bytes",
    ]
    assert decoded.format == "PNG image"
    assert {line[0][0] for line in decoded.lines} == {Token.NOTE}


def test_texts_and_frames_of_a_png_are_told() -> None:
    payload = images.png(
        images.png_chunk(b"acTL", struct.pack(">II", 7, 0)),
        images.png_chunk(b"tEXt", b"Title\0caf\xe9\x1b[2J"),
        images.png_chunk(b"iTXt", b"Note\0\0\0de\0Notiz\0" + "Grüße".encode()),
        images.png_chunk(b"iTXt", b"Packed\0\1\0\0\0xyz"),
        images.png_chunk(b"zTXt", b"More\0\0xyz"),
    )
    assert facts(payload)[2:] == [
        ("frames", "7"),
        ("Title", "café␛[2J"),
        ("Note", "Grüße"),
        ("Packed", "compressed, 7 bytes"),
        ("More", "compressed, 4 bytes"),
    ]


def test_no_more_than_twenty_texts_are_shown_and_long_ones_are_cut() -> None:
    chunk = images.png_chunk(b"tEXt", b"k" * 79 + b"\0" + b"v" * 5000)
    shown = facts(images.png(*[chunk] * 30))[2:]
    assert shown == [("k" * 23 + "…", "v" * 199 + "…")] * 20


@pytest.mark.parametrize("order", ["<", ">"])
def test_comment_and_exif_of_a_jpeg_are_told(order: str) -> None:
    exif = images.jpeg_segment(0xE1, b"Exif\0\0" + images.tiff(order, is_exif=True))
    assert facts(images.jpeg(images.jpeg_segment(0xFE, b"a\nb"), b"\xff", exif)) == [
        ("size", "320 × 240 pixels"),
        ("colour", "colour, 8 bits"),
        ("process", "baseline"),
        ("comment", "a␊b"),
        *CAMERA,
    ]


def test_damaged_exif_leaves_the_rest_of_a_jpeg_readable() -> None:
    shown = facts(images.jpeg(images.jpeg_segment(0xE1, b"Exif\0\0II*\0\xff\0\0\0")))
    assert shown[0] == ("size", "320 × 240 pixels")
    assert shown[-1] == ("EXIF", "not a TIFF image (byte 267): 2 bytes should come, not 0")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (images.gif(3), [("size", "16 × 9 pixels"), ("colour", "palette of 4"), ("frames", "3")]),
        (images.WEBP_LOSSY, [("size", "100 × 50 pixels"), ("colour", "YUV, 8 bits, lossy")]),
        (images.WEBP_LOSSLESS, [("size", "100 × 50 pixels"), ("colour", "RGB with alpha, 8 bits, lossless")]),
        (
            images.WEBP_ANIMATED,
            [("size", "100 × 50 pixels"), ("colour", "with alpha, animated"), ("frames", "2"), *CAMERA],
        ),
        (images.bmp(), [("size", "64 × 48 pixels"), ("colour", "24 bits a pixel"), ("compression", "none")]),
        (images.BMP_OS2, [("size", "7 × 5 pixels"), ("colour", "4 bits a pixel")]),
        (images.ico(), [("images", "2"), ("size", "16 × 16 pixels, 32 bits"), ("size", "256 × 256 pixels")]),
        (images.heif(), [("size", "4,000 × 3,000 pixels"), ("colour", "10 bits")]),
        (
            images.tiff(">"),
            [
                ("size", "800 × 600 pixels"),
                ("colour", "RGB, 3 × 8 bits"),
                ("compression", "none"),
                ("pages", "1"),
                *CAMERA,
            ],
        ),
        (images.jpeg(height=0), [("size", "320 pixels wide")]),
    ],
)
def test_what_the_headers_say_is_told(payload: bytes, expected: list[tuple[str, str]]) -> None:
    assert facts(payload) == expected


def test_directories_that_follow_each_other_for_ever_are_counted_once() -> None:
    assert ("pages", "1") in facts(images.tiff(following=8))


@pytest.mark.parametrize("kind", images.ALL)
def test_each_kind_is_recognised_and_named(kind: str) -> None:
    payload = images.ALL[kind]
    assert ImageDecoder().accepts(message(payload)) == 95
    decoded = decode(payload)
    assert decoded.format == f"{kind} image"
    assert text_of(decoded.lines[-1]).endswith(f"  {len(payload)} bytes")


@pytest.mark.parametrize("kind", images.ALL)
def test_an_image_cut_at_any_byte_is_told_or_refused(kind: str) -> None:
    payload = images.ALL[kind]
    refused = 0
    for size in range(len(payload)):
        why = refusal(payload[:size])
        assert not why or why.startswith("not a")
        refused += bool(why)
    assert refused > len(payload) // 3


@pytest.mark.parametrize("kind", images.ALL)
def test_any_byte_may_be_wrong(kind: str) -> None:
    payload = bytearray(images.ALL[kind])
    for at in range(len(payload)):
        for value in (0, 1, 0x7F, 0xFF):
            kept, payload[at] = payload[at], value
            why = refusal(bytes(payload))
            assert not why or why.startswith("not a")
            payload[at] = kept


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (images.png()[:20], "not a PNG image (byte 16): 10 bytes should come, not 4"),
        (images.png(depth=3), "not a PNG image (byte 24): colour type 6 with 3 bits"),
        (images.png(width=0), "not a PNG image (byte 16): 0 × 480 pixels"),
        (images.png()[:-1], f"not a PNG image (byte {len(images.png()) - 4}): 4 bytes should come, not 3"),
        (b"\xff\xd8\xff\xd9", "not a JPEG image (byte 2): width and height should come before the first scan"),
        (b"\xff\xd8\xff\xe0\x00\x02x", "not a JPEG image (byte 6): 2 bytes should come, not 1"),
        (images.gif()[:-1] + b"x", f"not a GIF image (byte {len(images.gif()) - 1}): "),
        (images.heif()[:40], "not an AVIF image (byte 16): a part of "),
        (b"on", "not an image of a known kind"),
    ],
)
def test_what_is_damaged_says_where_and_why(payload: bytes, expected: str) -> None:
    assert reason(payload).startswith(expected)


@pytest.mark.parametrize(
    "payload",
    [
        images.png(images.png_chunk(b"tEXt", b"") * 500_000),
        images.gif()[:-1] + b"!\xfe" + b"\x01x" * 3_000_000,
        b"\xff\xd8" + b"\xff" * 6_000_000,
        images.jpeg(*[images.jpeg_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\x15\0" + bytes(60_000))] * 100),
        b"\0\0\0\x10ftypavif\0\0\0\0" + b"\0\0\0\x08free" * 700_000,
    ],
    ids=["PNG", "GIF", "JPEG", "EXIF", "AVIF"],
)
def test_hostile_images_take_no_time(payload: bytes) -> None:
    whole = message(payload)
    begun = time.thread_time()
    with suppress(NotDecodable):
        ImageDecoder().decode(whole)
    assert time.thread_time() - begun < 0.5


def test_an_svg_is_named_by_its_content_type() -> None:
    decoded = decode(b"\xef\xbb\xbf <svg/>", "image/svg+xml")
    assert (decoded.format, texts(decoded)) == ("SVG image", ["kind     SVG image", "payload  10 bytes"])


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b"BMW", None, 0),
        (b"BMW", "image/bmp", 90),
        (b"\0\0\1\0", None, 0),
        (b"\0\0\1\0" + bytes(30), None, 0),
        (b"\0\0\1\0", "image/x-icon", 90),
        (b"<svg/>", "image/svg+xml", 90),
        (b"<svg/>", None, 0),
        (b"on", "image/png", 0),
        (b"", "image/svg+xml", 0),
        (b"\0\0\0\x18ftypisom", None, 0),
        (b"RIFF\0\0\0\0WAVE", None, 0),
        (images.png(), "text/plain", 95),
    ],
)
def test_images_are_recognised_by_their_first_bytes(payload: bytes, content_type: str | None, expected: int) -> None:
    assert ImageDecoder().accepts(message(payload, content_type=content_type)) == expected
