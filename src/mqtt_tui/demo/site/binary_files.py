"""Files that travel as payloads."""

import struct
import zlib

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BIT = bytes((8, 0, 0, 0, 0))


def grey_png(width: int, rows: list[bytes]) -> bytes:
    """A grey picture, one byte a pixel (PNG, third edition)."""
    header = struct.pack(">II", width, len(rows)) + _GREY_8_BIT
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return _PNG_SIGNATURE + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def firmware_image(version: tuple[int, int, int], code: bytes) -> bytes:
    """A made-up firmware file: magic, version, sizes, checksum, then the code."""
    header = struct.pack("<4sBBBxII", b"FWIM", *version, len(code), zlib.crc32(code))
    return header.ljust(32, b"\xff") + code
