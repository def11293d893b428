"""What a payload may be packed in before a decoder reads it, and how it is unpacked within limits.

Payloads are strangers' words: 8 KB of them may stand for 256 MB. So everything is unpacked in pieces, and given up
where it has become too large or has taken too long.
"""

import codecs
import re
import sys
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from time import thread_time
from types import MappingProxyType
from typing import Protocol

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

LARGEST = 8 << 20
"""Bytes that are unpacked at most; what is there by then is kept."""
LONGEST = 0.25
"""Seconds of the processor's time that unpacking takes at most, but for the piece at hand (a block of bzip2: 0.05)."""

_PIECE = 1 << 16  # bytes of output at a time
_FED = 1 << 14  # of input; libraries copy what they leave of it, and a member may have 20 bytes
_XZ_MEMORY = 66 << 20  # bytes that a decoder of xz may ask for; it touches no more of them than it puts out
_ZLIB_BITS, _GZIP_BITS = 15, 31  # what zlib.decompressobj takes: the largest window; with the header of gzip
_ZSTD_WINDOW = 23  # log2 of bytes: 8 MiB, which every decoder should have (RFC 8878, 3.1.1.1.2)

_GZIP = re.compile(rb"\x1f\x8b\x08")  # RFC 1952, 2.3.1, with the only method there is
_XZ = re.compile(rb"\xfd7zXZ\x00")  # The .xz File Format 1.2.1, 2.1.1.1
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd")  # RFC 8878, 3.1.1
_ZSTD_OR_SKIPPABLE = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # the same, 3.1.2
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)")  # a block, or the end of an empty stream
_ZEROS = re.compile(rb"\x00*")

_SMALLEST_ZLIB = 8  # bytes: a header of two, an empty block of two, a checksum of four (RFC 1950, 2.2)
_PRESET_DICTIONARY = 0x20  # the flag; nobody could give us the dictionary

_BLANKS = b" \t\r\n"
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")

_CONTENT_TYPES = MappingProxyType(
    {
        "application/gzip": "gzip",
        "application/x-gzip": "gzip",
        "application/zlib": "zlib",
        "application/x-bzip2": "bzip2",
        "application/x-xz": "xz",
        "application/zstd": "zstd",
    }
)
_CONTENT_CODINGS = MappingProxyType(
    # "deflate" means zlib (RFC 9110, 8.4.1.2).
    {"gzip": "gzip", "x-gzip": "gzip", "deflate": "zlib", "zstd": "zstd", "base64": "base64"}
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was in a payload."""

    data: bytes
    is_cut: bool = False
    """There is more, which a limit left out."""
    remark: str = ""
    """Sentences, safe to show: which limit that was, what is left out besides."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a payload may be packed in."""

    name: str
    title: str
    """As people write it."""
    fits: Callable[[bytes], bool]
    """Whether a payload that begins with these bytes looks packed so. Asked often: looks, and does not unpack."""
    unpack_limited: Callable[[bytes], Unpacked]
    """As ``unpack`` of this module."""

    def unpack(self, data: bytes) -> bytes:
        """What is in ``data``, within the limits; only ``unpack`` of this module tells whether one was met.

        Raises:
            NotDecodable: as that does.
        """
        return self.unpack_limited(data).data


def packed_in(message: ApplicationMessage) -> str | None:
    """The name of the step that unpacks the payload: as declared, else as its first bytes say; None where neither does.

    What is unpacked is not asked again: what is packed twice stays packed once.
    """
    # The content type is of what is inside, so the coding comes off first.
    declared = _CONTENT_CODINGS.get(_content_coding(message)) or _CONTENT_TYPES.get(media_type(message))
    if declared:
        return declared
    head = message.payload[:LOOKED_AT]
    return next((step.name for step in STEPS.values() if step.fits(head)), None)


def content_type_inside(message: ApplicationMessage) -> str | None:
    """The content type of what is packed; None where the one that was given is that of the packing."""
    return None if media_type(message) in _CONTENT_TYPES else message.properties.content_type


def unpack(name: str, data: bytes) -> Unpacked:
    """What is in ``data``, at most ``LARGEST`` bytes of it in ``LONGEST`` seconds.

    Members that follow each other are one, but for zlib, which has none; other bytes behind the end are left out, and
    the remark says so. Takes twice ``LARGEST`` of memory at most, a little more for a decoder's own tables.

    Args:
        name: of a step.
        data: the payload.

    Raises:
        NotDecodable: it is not packed so, damaged or cut off, or what reads it is not installed.
        KeyError: there is no such step.
    """
    return STEPS[name].unpack_limited(data)


def _content_coding(message: ApplicationMessage) -> str:
    """The outermost coding in lower case: the last one that is named (RFC 9110, 8.4); empty where none is."""
    properties = message.properties.user_properties
    named = [value for name, value in properties if name.lower() == "content-encoding"]
    return named[-1].rpartition(",")[2].strip().lower() if named else ""


class _Output:
    """What is unpacked so far, and whether that is enough."""

    def __init__(self) -> None:
        self._bytes = BytesIO()  # gives its bytes away without a copy, unlike a bytearray
        self._until = thread_time() + LONGEST

    def add(self, piece: bytes) -> None:
        self._bytes.write(piece)

    @property
    def is_too_much(self) -> bool:
        return self._bytes.tell() > LARGEST or thread_time() > self._until

    def cut(self) -> Unpacked:
        if self._bytes.tell() > LARGEST:
            self._bytes.truncate(LARGEST)
            why = f"Only the first {LARGEST >> 20} MiB are unpacked."
        else:
            why = f"Unpacking was given up after {LONGEST} s, at {self._bytes.tell():,} bytes."
        return Unpacked(self._bytes.getvalue(), is_cut=True, remark=why)

    def whole(self, remark: str = "") -> Unpacked:
        return Unpacked(self._bytes.getvalue(), remark=remark)


class _Member(Protocol):
    """A decompressor of the standard library, for one member."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Inflater:
    """``zlib``'s decompressor, which keeps no input for later, as one that does."""

    def __init__(self, window_bits: int) -> None:
        import zlib

        self._inflate = zlib.decompressobj(window_bits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        piece = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        # A full piece may have left some of its output in the library, even where all input is taken.
        self.needs_input = not self._inflate.unconsumed_tail and len(piece) < max_length
        return piece


@dataclass(frozen=True, slots=True)
class _Library:
    """Where decompressors come from."""

    member: Callable[[], _Member]
    failure: type[Exception]
    """Raised for damaged data."""


def _zlib_library(window_bits: int) -> _Library:
    import zlib

    return _Library(partial(_Inflater, window_bits), zlib.error)


def _bzip2_library() -> _Library:
    from bz2 import BZ2Decompressor

    return _Library(BZ2Decompressor, OSError)


def _xz_library() -> _Library:
    from lzma import FORMAT_XZ, LZMADecompressor, LZMAError

    return _Library(partial(LZMADecompressor, FORMAT_XZ, _XZ_MEMORY), LZMAError)


def _zstd_library() -> _Library:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    limits: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
    return _Library(partial(zstd.ZstdDecompressor, options=limits), zstd.ZstdError)


@dataclass(frozen=True, slots=True)
class _Format:
    """A format of members."""

    title: str
    library: Callable[[], _Library]
    """Imports it: 1 to 25 ms, which the start of the program does not have."""
    needs: str
    """What to install where that cannot be imported."""
    follows: Callable[[bytes], bool]
    """Whether bytes behind a member begin another one."""
    is_padded: bool = False
    """Whether zeros may stand behind a member."""


def _unpack_members(packed: _Format, data: bytes) -> Unpacked:
    try:
        library = packed.library()
    except ImportError:
        raise NotDecodable(f"{packed.title} needs {packed.needs}, which is not installed") from None
    try:
        return _read_members(packed, library.member, data)
    except (library.failure, MemoryError) as error:
        raise NotDecodable(f"not {packed.title}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """What a library says, without its number and its name: ``Error -3 while decompressing data: invalid ...``."""
    if isinstance(error, MemoryError):
        return "there is not enough memory to unpack it"
    reason = str(error).rpartition(": ")[2]
    return display_text(reason[:1].lower() + reason[1:])


def _read_members(packed: _Format, member: Callable[[], _Member], data: bytes) -> Unpacked:
    out = _Output()
    at = 0
    while True:
        end = _read_member(packed.title, member(), data, at, out)
        if end is None:
            return out.cut()
        zeros = _ZEROS.match(data, end) if packed.is_padded else None
        at = zeros.end() if zeros else end
        if at == len(data):
            return out.whole()
        if not packed.follows(data[at : at + LOOKED_AT]):
            return out.whole(f"Behind the end of the {packed.title} data, {len(data) - end:,} bytes are left out.")


def _read_member(title: str, member: _Member, data: bytes, at: int, out: _Output) -> int | None:
    """Unpacks the member at ``at``; the offset behind it, or None where ``out`` has too much."""
    while not member.eof:
        piece = b""
        if member.needs_input:
            piece = data[at : at + _FED]
            at += len(piece)
            if not piece:
                raise NotDecodable(f"not {title}: {'it ends too early' if data else 'it is empty'}")
        out.add(member.decompress(piece, _PIECE))
        if out.is_too_much:
            return None
    return at - len(member.unused_data)


class _Base64Reader:
    """Base 64 of either alphabet, piece by piece (RFC 4648, 4 and 5)."""

    def __init__(self) -> None:
        self._rest = b""  # less than four digits, which make no whole bytes yet
        self._padding = 0
        self._alphabets: set[bytes] = set()

    def read(self, piece: bytes) -> bytes:
        """The bytes that ``piece`` completes."""
        text = piece.translate(None, _BLANKS)
        others = text.translate(None, _DIGITS)
        self._check(others)
        digits, _, padding = text.partition(b"=")
        if padding.strip(b"=") or (self._padding and digits):
            raise NotDecodable("not base64: there is more behind its padding")
        self._padding += len(text) - len(digits)
        digits = self._rest + digits.translate(_URL_SAFE)
        whole = len(digits) & ~3
        self._rest = digits[whole:]
        return a2b_base64(digits[:whole])

    def finish(self) -> bytes:
        """The bytes of the digits that are left."""
        missing = -len(self._rest) % 4
        if missing == 3:
            raise NotDecodable("not base64: it ends too early")
        if self._padding not in (0, missing):
            raise NotDecodable("not base64: its padding is wrong")
        last = a2b_base64(self._rest + b"=" * missing)
        if b2a_base64(last, newline=False).rstrip(b"=") != self._rest:
            raise NotDecodable("not base64: its last character has bits that mean nothing")
        return last

    def _check(self, others: bytes) -> None:
        """Raises for what is in no alphabet or in both; ``others`` are characters that are not letters and digits."""
        if strange := others.translate(None, b"+/-_="):
            raise NotDecodable(f"not base64: 0x{strange[0]:02x} is none of its characters")
        self._alphabets |= {own for own in (b"+/", b"-_") if others.translate(None, own) != others}
        if len(self._alphabets) > 1:
            raise NotDecodable("not base64: it mixes both alphabets")


def _unpack_base64(data: bytes) -> Unpacked:
    out = _Output()
    reader = _Base64Reader()
    for at in range(0, len(data), _PIECE):
        out.add(reader.read(data[at : at + _PIECE]))
        if out.is_too_much:
            return out.cut()
    out.add(reader.finish())
    return out.cut() if out.is_too_much else out.whole()


def _begins_with(magic: re.Pattern[bytes]) -> Callable[[bytes], bool]:
    return lambda head: magic.match(head) is not None


def _is_zlib(head: bytes) -> bool:
    """A header with its check (RFC 1950, 2.2): so does ``x^2`` begin, and a 16-bit number may; hence no text."""
    return (
        len(head) >= _SMALLEST_ZLIB
        and head[0] == 0x78
        and int.from_bytes(head[:2]) % 31 == 0
        and not head[1] & _PRESET_DICTIONARY
        and not _is_text(head)
    )


def _is_text(head: bytes) -> bool:
    try:
        text, _ = codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)


def _never(head: bytes) -> bool:  # noqa: ARG001  a step's
    """Words are base64 by accident too often; zlib data has one member."""
    return False


def _steps() -> dict[str, Step]:
    zstd_needs = "a Python with compression.zstd" if sys.version_info >= (3, 14) else "the package backports.zstd"
    gzip, bzip2, xz = _begins_with(_GZIP), _begins_with(_BZIP2), _begins_with(_XZ)
    formats = (
        (gzip, _Format("gzip", partial(_zlib_library, _GZIP_BITS), "Python's zlib", gzip, is_padded=True)),
        (_is_zlib, _Format("zlib", partial(_zlib_library, _ZLIB_BITS), "Python's zlib", _never)),
        (bzip2, _Format("bzip2", _bzip2_library, "Python's bz2", bzip2)),
        (xz, _Format("xz", _xz_library, "Python's lzma", xz, is_padded=True)),
        (_begins_with(_ZSTD), _Format("zstd", _zstd_library, zstd_needs, _begins_with(_ZSTD_OR_SKIPPABLE))),
    )
    steps = [Step(packed.title, packed.title, fits, partial(_unpack_members, packed)) for fits, packed in formats]
    return {step.name: step for step in (*steps, Step("base64", "base64", _never, _unpack_base64))}


STEPS: Mapping[str, Step] = MappingProxyType(_steps())
"""By name, in the order in which their magic bytes are looked for."""
