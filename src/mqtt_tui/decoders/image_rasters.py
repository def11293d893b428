"""The headers of PNG, JPEG, GIF and BMP images; nothing in them is decompressed."""

from mqtt_tui.decoders.image_bytes import MOST_PARTS, Fact, ImageBytes
from mqtt_tui.decoders.image_tags import exif

_MOST_TEXTS = 20
_MOST_BLOCKS = 100_000  # 25 MB of full ones
_LONGEST_TEXT = 1000  # bytes that are looked at; what is shown is shorter
_PNG_COLOURS = {  # PNG, 11.2.2: names, and the bit depths that are allowed
    0: ("grey", (1, 2, 4, 8, 16)),
    2: ("RGB", (8, 16)),
    3: ("palette", (1, 2, 4, 8)),
    4: ("grey with alpha", (8, 16)),
    6: ("RGB with alpha", (8, 16)),
}
_JPEG_COLOURS = {1: "grey", 3: "colour", 4: "CMYK"}
_JPEG_WAYS = {0xC0: "baseline", 0xC1: "sequential", 0xC2: "progressive", 0xC3: "lossless"}
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # markers without a segment
_COMMENT, _APP1, _SCAN, _END = 0xFE, 0xE1, 0xDA, 0xD9
_BMP_COMPRESSIONS = {0: "none", 1: "RLE 8", 2: "RLE 4", 3: "bit fields", 4: "JPEG", 5: "PNG"}


def png(image: ImageBytes) -> list[Fact]:
    """Size, colours, frames and texts (PNG, third edition)."""
    length, name, width, height, depth, colour = _ihdr(image)
    if (length, name) != (13, b"IHDR"):
        raise image.damaged(8, "a header of 13 bytes should come")
    kind, depths = _PNG_COLOURS.get(colour, ("", ()))
    if depth not in depths:
        raise image.damaged(24, f"colour type {colour} with {depth} bits")
    interlaced = image.fields("B", 28)[0] == 1
    facts = [image.sized(width, height, 16), ("colour", f"{kind}, {depth} bits{', interlaced' * interlaced}")]
    texts: list[Fact] = []
    at = 33
    for _ in range(MOST_PARTS):
        (length,), name = image.fields(">I", at), image.part(at + 4, 4)
        image.need(at + 8, length + 4)
        if name == b"IEND":
            break
        if name == b"acTL" and len(facts) == 2:
            facts.append(("frames", f"{image.fields('>I', at + 8)[0]:,}"))
        elif name in (b"tEXt", b"iTXt", b"zTXt") and len(texts) < _MOST_TEXTS:
            texts.append(_png_text(name, image.part(at + 8, min(length, _LONGEST_TEXT)), length))
        at += length + 12
    return facts + texts


def _ihdr(image: ImageBytes) -> tuple[int, bytes, int, int, int, int]:
    (length,), name = image.fields(">I", 8), image.part(12, 4)
    width, height, depth, colour = image.fields(">IIBB", 16)
    return length, name, width, height, depth, colour


def _png_text(name: bytes, data: bytes, length: int) -> Fact:
    """A keyword and its text; of a compressed one the size."""
    keyword, _, rest = data.partition(b"\0")
    label = keyword[:79].decode("latin-1")
    if name == b"tEXt":
        return label, rest.decode("latin-1")
    if name == b"zTXt" or rest[:1] != b"\0":
        return label, f"compressed, {max(length - len(keyword) - 1, 0):,} bytes"
    text = rest[2:].split(b"\0", 2)[-1]  # behind language and translated keyword
    return label, text.decode("utf-8", "replace")


def jpeg(image: ImageBytes) -> list[Fact]:
    """Size, colours, comment and EXIF: all segments in front of the first scan (ITU-T T.81, annex B)."""
    facts: list[Fact] = []
    about: list[Fact] = []
    has_exif = False
    at = 2
    for _ in range(MOST_PARTS):
        sign, marker = image.fields("BB", at)
        if sign != 0xFF:
            raise image.damaged(at, f"a marker should come, not 0x{sign:02x}")
        if marker == 0xFF or marker in _ALONE:  # 0xff may be repeated
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _END:
            break
        (length,) = image.fields(">H", at + 2)
        if length < 2:
            raise image.damaged(at + 2, f"a segment of {length} bytes")
        image.need(at + 2, length)
        if marker in _FRAME_MARKERS and not facts:
            facts = _jpeg_frame(image, at + 4, marker)
        elif marker == _COMMENT:
            text = image.part(at + 4, min(length - 2, _LONGEST_TEXT))
            about.append(("comment", text.decode("utf-8", "replace").rstrip("\0")))
        elif marker == _APP1 and not has_exif and image.data.startswith(b"Exif\0\0", at + 4):
            has_exif = True
            about += exif(ImageBytes("TIFF", image.data[at + 10 : at + 2 + length], at + 10))
        elif marker == _SCAN:
            break
        at += 2 + length
    if not facts:
        raise image.damaged(at, "width and height should come before the first scan")
    return facts + about[:_MOST_TEXTS]


def _jpeg_frame(image: ImageBytes, at: int, marker: int) -> list[Fact]:
    depth, height, width, parts = image.fields(">BHHB", at)
    if not height and width:  # it follows behind the first scan (B.2.5)
        return [("size", f"{width:,} pixels wide")]
    way = _JPEG_WAYS.get(marker, f"0x{marker:02x}")
    colour = _JPEG_COLOURS.get(parts, f"{parts} components")
    return [image.sized(width, height, at + 1), ("colour", f"{colour}, {depth} bits"), ("process", way)]


def gif(image: ImageBytes) -> list[Fact]:
    """Size, colours and frames (GIF 89a)."""
    width, height, packed = image.fields("<HHB", 6)
    image.need(11, 2)
    at = 13 + _table_size(packed)
    facts = [image.sized(width, height, 6)]
    if packed & 0x80:
        facts.append(("colour", f"palette of {2 << (packed & 7)}"))
    image.need(13, at - 13)
    frames, left = 0, _MOST_BLOCKS
    while left:
        (kind,) = image.fields("B", at)
        if kind == 0x3B:
            return [*facts, ("frames", f"{frames:,}")]
        if kind == 0x21:
            at += 2
        elif kind == 0x2C:
            frames += 1
            (flags,) = image.fields("B", at + 9)
            at += 10 + _table_size(flags) + 1
        else:
            raise image.damaged(at, f"a frame, an extension or the end should come, not 0x{kind:02x}")
        at, left = _behind_blocks(image, at, left)
    return [*facts, ("frames", f"{frames:,} or more")]


def _table_size(packed: int) -> int:
    return 3 * (2 << (packed & 7)) if packed & 0x80 else 0


def _behind_blocks(image: ImageBytes, at: int, left: int) -> tuple[int, int]:
    """The place behind blocks that each begin with their size, and how many more may be walked through."""
    for more in range(left - 1, -1, -1):
        (size,) = image.fields("B", at)
        image.need(at + 1, size)
        at += 1 + size
        if not size:
            return at, more
    return at, 0


def bmp(image: ImageBytes) -> list[Fact]:
    """Size and colours, by the header of OS/2 or one of Windows."""
    (header,) = image.fields("<I", 14)
    if header == 12:
        width, height, _, depth = image.fields("<HHHH", 18)
        return [image.sized(width, height, 18), ("colour", f"{depth} bits a pixel")]
    if header not in (40, 52, 56, 64, 108, 124):
        raise image.damaged(14, f"a header of {header:,} bytes")
    image.need(14, header)
    width, height, _, depth, compression = image.fields("<iiHHI", 18)
    if width < 0:
        raise image.damaged(18, f"{width:,} pixels wide")
    way = _BMP_COMPRESSIONS.get(compression, f"{compression:,}")
    return [image.sized(width, abs(height), 18), ("colour", f"{depth} bits a pixel"), ("compression", way)]
