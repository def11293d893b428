"""What TIFF's directories say, and with them EXIF (TIFF 6.0; CIPA DC-008)."""

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.image_bytes import Fact, ImageBytes

_BYTE, _ASCII, _SHORT, _LONG = 1, 2, 3, 4
_FORMS = {_BYTE: "B", _SHORT: "H", _LONG: "I"}
_WIDTH, _HEIGHT, _DEPTH, _COMPRESSION, _COLOUR, _SAMPLES = 256, 257, 258, 259, 262, 277
_MAKE, _MODEL, _ORIENTATION, _TIME, _EXIF, _TIME_TAKEN = 271, 272, 274, 306, 0x8769, 0x9003
_LONGEST_TEXT = 200
_MOST_PAGES = 1000
_MOST_TAGS = 1000
_ORIENTATIONS = {
    1: "upright",
    2: "mirrored",
    3: "turned by 180°",
    4: "mirrored and turned by 180°",
    5: "mirrored and to be turned left by 90°",
    6: "to be turned right by 90°",
    7: "mirrored and to be turned right by 90°",
    8: "to be turned left by 90°",
}
_COMPRESSIONS = {1: "none", 2: "CCITT", 3: "CCITT G3", 4: "CCITT G4", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "Deflate"}
_COLOURS = {0: "white is zero", 1: "black is zero", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "CIELab"}

Tags = dict[int, int | str]
"""Numbers of tags with their first number, or their text."""


def tiff(image: ImageBytes) -> list[Fact]:
    """The first directory, and how many there are."""
    order, at = _head(image)
    tags, following = _directory(image, order, at)
    width, height = tags.get(_WIDTH), tags.get(_HEIGHT)
    if not isinstance(width, int) or not isinstance(height, int):
        raise image.damaged(at, "width and height should be there")
    facts = [image.sized(width, height, at)]
    if isinstance(depth := tags.get(_DEPTH, 1), int):
        samples = tags.get(_SAMPLES, 1)
        facts.append(("colour", f"{_named(_COLOURS, tags.get(_COLOUR))}, {samples} × {depth} bits"))
    facts.append(("compression", _named(_COMPRESSIONS, tags.get(_COMPRESSION, 1))))
    facts.append(("pages", _pages(image, order, at, following)))
    return facts + _about_camera(image, order, tags)


def exif(image: ImageBytes) -> list[Fact]:
    """Camera, time and orientation; where it is damaged only that, since the image is none the worse for it."""
    try:
        order, at = _head(image)
        tags, _ = _directory(image, order, at)
        return _about_camera(image, order, tags)
    except NotDecodable as error:
        return [("EXIF", error.message)]


def _head(image: ImageBytes) -> tuple[str, int]:
    orders = {b"II*\0": "<", b"MM\0*": ">"}
    order = orders.get(image.part(0, 4))
    if order is None:
        raise image.damaged(0, "II* or MM* should come")
    return order, image.fields(f"{order}I", 4)[0]


def _directory(image: ImageBytes, order: str, at: int) -> tuple[Tags, int]:
    """The tags that begin at a place, and where the next directory does; 0 where there is none."""
    (count,) = image.fields(f"{order}H", at)
    image.need(at, 2 + count * 12 + 4)
    tags: Tags = {}
    for entry in range(at + 2, at + 2 + min(count, _MOST_TAGS) * 12, 12):
        tag, form, number = image.fields(f"{order}HHI", entry)
        if form == _ASCII:
            place = entry + 8 if number <= 4 else image.fields(f"{order}I", entry + 8)[0]
            image.need(place, number)
            text = image.part(place, min(number, _LONGEST_TEXT))
            tags.setdefault(tag, text.partition(b"\0")[0].decode("utf-8", "replace").strip())
        elif form in _FORMS and number:
            letters = _FORMS[form]
            fits = number * {"B": 1, "H": 2, "I": 4}[letters] <= 4
            place = entry + 8 if fits else image.fields(f"{order}I", entry + 8)[0]
            tags.setdefault(tag, image.fields(order + letters, place)[0])
    return tags, image.fields(f"{order}I", at + 2 + count * 12)[0]


def _pages(image: ImageBytes, order: str, first: int, at: int) -> str:
    """How many directories follow each other; one that comes again ends them."""
    seen = {first}
    while at and at not in seen and len(seen) < _MOST_PAGES:
        seen.add(at)
        (count,) = image.fields(f"{order}H", at)
        (at,) = image.fields(f"{order}I", at + 2 + count * 12)
    return f"{len(seen):,}" + (" or more" if at and at not in seen else "")


def _about_camera(image: ImageBytes, order: str, tags: Tags) -> list[Fact]:
    taken: Tags = {}
    if isinstance(at := tags.get(_EXIF), int):
        taken, _ = _directory(image, order, at)
    make, model = tags.get(_MAKE, ""), tags.get(_MODEL, "")
    camera = " ".join(str(word) for word in (make, model) if word)
    time = taken.get(_TIME_TAKEN) or tags.get(_TIME)
    facts = [("camera", camera)] if camera else []
    if time:
        facts.append(("time", str(time)))
    if _ORIENTATION in tags:
        facts.append(("orientation", _named(_ORIENTATIONS, tags[_ORIENTATION])))
    return facts


def _named(names: dict[int, str], value: int | str | None) -> str:
    return names.get(value, f"{value:,}") if isinstance(value, int) else "unknown"
