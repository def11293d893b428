"""The headers of WebP, AVIF, HEIC and ICO images, which hold others in parts."""

from mqtt_tui.decoders.image_bytes import MOST_PARTS, Fact, ImageBytes
from mqtt_tui.decoders.image_tags import exif

_MOST_ICONS = 20
_ALPHA, _ANIMATION = 0x10, 0x02  # of VP8X


def webp(image: ImageBytes) -> list[Fact]:
    """Size, way of compression, frames and EXIF (RFC 9649)."""
    (size,) = image.fields("<I", 4)
    image.need(8, size)
    facts: list[Fact] = []
    about: list[Fact] = []
    frames = 0
    for number, (name, at, length) in enumerate(image.chunks(12, 8 + size)):
        if number == 0:
            facts = _webp_size(image, name, at)
        elif name == b"ANMF":
            frames += 1
        elif name == b"EXIF" and not about:
            start = at + (6 if image.data.startswith(b"Exif\0\0", at) else 0)
            about += exif(ImageBytes("TIFF", image.data[start : at + length], start))
    if not facts:
        raise image.damaged(12, "a first part should come")
    return facts + ([("frames", f"{frames:,}")] if frames else []) + about[:_MOST_ICONS]


def _webp_size(image: ImageBytes, name: bytes, at: int) -> list[Fact]:
    if name == b"VP8 ":
        if image.part(at + 3, 3) != b"\x9d\x01\x2a":
            raise image.damaged(at + 3, "the start code of a key frame should come")
        width, height = image.fields("<HH", at + 6)
        return [image.sized(width & 0x3FFF, height & 0x3FFF, at + 6), ("colour", "YUV, 8 bits, lossy")]
    if name == b"VP8L":
        sign, bits = image.fields("<BI", at)
        if sign != 0x2F:
            raise image.damaged(at, f"0x2f should come, not 0x{sign:02x}")
        size = image.sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, at + 1)
        return [size, ("colour", f"RGB{' with alpha' * (bits >> 28 & 1)}, 8 bits, lossless")]
    if name == b"VP8X":
        flags, low, high, low2, high2 = image.fields("<BxxxHBHB", at)
        size = image.sized((high << 16 | low) + 1, (high2 << 16 | low2) + 1, at + 4)
        words = [word for bit, word in ((_ALPHA, "with alpha"), (_ANIMATION, "animated")) if flags & bit]
        return [size, *([("colour", ", ".join(words))] if words else [])]
    raise image.damaged(at - 8, "VP8, VP8L or VP8X should come")


def heif(image: ImageBytes) -> list[Fact]:
    """The largest of its sizes and the bit depth, by the properties of its items (ISO 23008-12, 6.5)."""
    at, end = 0, len(image)
    for name, skipped in ((b"meta", 4), (b"iprp", 0), (b"ipco", 0)):
        place, length = _child(image, name, at, end)
        at, end = place + skipped, place + length
    sizes: list[tuple[int, int, int]] = []
    depths: list[int] = []
    for name, place, length in image.chunks(at, end, big=True):
        if name == b"ispe" and length >= 12:
            width, height = image.fields(">II", place + 4)
            sizes.append((width, height, place + 4))
        elif name == b"pixi" and length >= 6:
            depths += image.fields("BB", place + 4)[1:]
    if not sizes:
        raise image.damaged(at, "width and height should be there")
    facts = [image.sized(*max(sizes, key=lambda size: size[0] * size[1]))]
    return facts + ([("colour", f"{depths[0]} bits")] if depths else [])


def _child(image: ImageBytes, wanted: bytes, at: int, end: int) -> tuple[int, int]:
    for name, place, length in image.chunks(at, end, big=True):
        if name == wanted:
            return place, length
    raise image.damaged(at, f"a part {wanted.decode()} should be there")


def ico(image: ImageBytes) -> list[Fact]:
    """How many there are, and how large each is."""
    (count,) = image.fields("<H", 4)
    if not count:
        raise image.damaged(4, "no image in it")
    image.need(6, count * 16)
    facts: list[Fact] = [("images", f"{count:,}")]
    for entry in range(6, 6 + min(count, MOST_PARTS) * 16, 16):
        width, height, _, depth, size, place = image.fields("<BBHxxHII", entry)
        if place + size > len(image):
            raise image.damaged(entry + 8, f"an image of {size:,} bytes should end with the payload")
        if len(facts) <= _MOST_ICONS:
            bits = f", {depth} bits" if depth else ""
            facts.append(("size", f"{width or 256} × {height or 256} pixels{bits}"))  # 0 stands for 256
    return facts
