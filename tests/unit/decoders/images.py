"""Small images, built by hand: their headers are whole, their pictures need not be."""

import struct
import zlib


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, width: int = 640, height: int = 480, depth: int = 8, colour: int = 6) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + png_chunk(b"IEND", b"")


def tiff(order: str = "<", *, is_exif: bool = False, following: int = 0) -> bytes:
    """Camera, time and orientation; of an image that stands alone size and colours too."""
    texts = b"Acme\0" + b"Eye 2\0" + b"2026:11:20 10:00:00\0"
    entries = [] if is_exif else [(256, 4, 1, 800), (257, 3, 1, 600), (258, 3, 3, 8), (262, 3, 1, 2), (277, 3, 1, 3)]
    at = 8 + 2 + (len(entries) + 4) * 12 + 4
    entries += [(271, 2, 5, at), (272, 2, 6, at + 5), (274, 3, 1, 6), (306, 2, 20, at + 11)]
    body = b""
    for tag, form, count, value in entries:
        if tag == 258:
            inline, texts = struct.pack(f"{order}I", at + len(texts)), texts + struct.pack(f"{order}3H", 8, 8, 8)
        else:
            inline = struct.pack(f"{order}HH", value, 0) if form == 3 else struct.pack(f"{order}I", value)
        body += struct.pack(f"{order}HHI", tag, form, count) + inline
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries))
    return head + body + struct.pack(f"{order}I", following) + texts


def jpeg_segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(*segments: bytes, height: int = 240) -> bytes:
    frame = jpeg_segment(0xC0, struct.pack(">BHHB", 8, height, 320, 3) + bytes(9))
    return b"\xff\xd8" + b"".join(segments) + frame + jpeg_segment(0xDA, bytes(10)) + b"\x00\xff\xd9"


def gif(frames: int = 2) -> bytes:
    frame = b"\x21\xf9\x04\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", 16, 9, 0x81, 0, 0) + bytes(12) + frame * frames + b";"


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


WEBP_LOSSY = webp((b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 100, 50)))
WEBP_LOSSLESS = webp((b"VP8L", b"\x2f" + struct.pack("<I", 99 | 49 << 14 | 1 << 28)))
WEBP_ANIMATED = webp(
    (b"VP8X", b"\x12\0\0\0\x63\0\0\x31\0\0"), (b"ANMF", b"xyz"), (b"ANMF", b""), (b"EXIF", tiff(is_exif=True))
)


def bmp(height: int = -48) -> bytes:
    return b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + struct.pack("<IiiHHI", 40, 64, height, 1, 24, 0) + bytes(20)


BMP_OS2 = b"BM" + struct.pack("<IHHI", 30, 0, 0, 26) + struct.pack("<IHHHH", 12, 7, 5, 1, 4)


def ico() -> bytes:
    entries = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 4, 38) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 0, 4, 42)
    return struct.pack("<HHH", 0, 1, 2) + entries + bytes(8)


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def heif(brand: bytes = b"avif") -> bytes:
    sizes = box(b"ispe", struct.pack(">III", 0, 64, 64)) + box(b"ispe", struct.pack(">III", 0, 4000, 3000))
    properties = box(b"iprp", box(b"ipco", sizes + box(b"pixi", b"\0\0\0\0\x03\x0a\x0a\x0a")))
    return box(b"ftyp", brand + bytes(4)) + box(b"meta", bytes(4) + box(b"hdlr", bytes(8)) + properties)


ALL = {
    "PNG": png(png_chunk(b"tEXt", b"Title\0Hall")),
    "JPEG": jpeg(jpeg_segment(0xFE, b"hello"), jpeg_segment(0xE1, b"Exif\0\0" + tiff(">", is_exif=True))),
    "GIF": gif(),
    "WebP": WEBP_ANIMATED,
    "BMP": bmp(),
    "TIFF": tiff(),
    "ICO": ico(),
    "AVIF": heif(),
    "HEIC": heif(b"heic"),
}
