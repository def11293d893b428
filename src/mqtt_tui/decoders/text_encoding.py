"""In which encoding a text is, by what is declared and never by a guess."""

import codecs
import re
from dataclasses import dataclass

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.detection import text_head
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

_UTF8_CODEC = "utf-8"
_CHARSET = re.compile(r';[ \t]*+charset[ \t]*+=[ \t]*+(?:"([^"]*+)"|([^ \t;"]++))', re.IGNORECASE)
_LONGEST_NAME = 40
_MARKS = (  # that of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TITLES = {
    _UTF8_CODEC: "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
    **{f"iso8859-{part}": f"ISO 8859-{part}" for part in range(1, 17) if part != 12},  # there is no twelfth
    **{f"cp{page}": f"Windows-{page}" for page in range(1250, 1259)},
    "shift_jis": "Shift JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "koi8_r": "KOI8-R",
    "ascii": "ASCII",
    "cp437": "code page 437",
}
"""Python's codecs that are asked for, and what they are called. No other name reaches Python, which would import it."""

_ALIASES = {
    "utf16": "utf-16-be",  # without a byte order mark (RFC 2781, 4.3)
    "utf32": "utf-32-be",
    "latin1": "iso8859-1",
    "usascii": "ascii",
    "ibm437": "cp437",
    "sjis": "shift_jis",
    **{f"windows{page}": f"cp{page}" for page in range(1250, 1259)},
}


def _plain(name: str) -> str:
    return re.sub(r"[-_ ]", "", name.lower())


_CODECS = {_plain(codec): codec for codec in _TITLES} | _ALIASES


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a payload become characters."""

    codec: str = _UTF8_CODEC
    """Python's name, one of a few."""
    mark: int = 0
    """Bytes of the byte order mark in front, which is no part of the text."""
    remark: str = ""
    """A sentence, safe to show: which it is and who says so; empty for UTF-8."""

    @property
    def title(self) -> str:
        """As people write it."""
        return _TITLES[self.codec]


def named_encoding(name: str, said_by: str) -> Encoding | None:
    """The encoding that is called ``name``; None where it is none of ours.

    Args:
        name: a stranger's word; case, hyphens and underscores do not matter.
        said_by: where it stands: ``its content type``.
    """
    codec = _CODECS.get(_plain(name))
    if codec is None:
        return None
    return Encoding(codec, 0, "" if codec == _UTF8_CODEC else f"In {_TITLES[codec]}, by {said_by}.")


def marked_encoding(payload: bytes) -> Encoding | None:
    """The encoding of the byte order mark of UTF-16 or UTF-32 that ``payload`` begins with; None without one.

    Bytes that are no whole number of characters are in neither, nor is a mark alone.
    """
    for mark, codec in _MARKS:
        if payload.startswith(mark) and len(payload) > len(mark) and len(payload) % len(mark) == 0:
            return Encoding(codec, len(mark), f"In {_TITLES[codec]}, by its byte order mark.")
    return None


def declared_encoding(message: ApplicationMessage) -> Encoding | None:
    """By the byte order mark, else by the content type's ``charset``; None where neither says anything.

    A charset that is unknown here is UTF-8, and the remark says so.
    """
    if (marked := marked_encoding(message.payload)) is not None:
        return marked
    found = _CHARSET.search(message.properties.content_type or "")
    if found is None:
        return None
    name = found[1] or found[2] or ""
    known = named_encoding(name, "its content type")
    shown = display_text(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")
    return known or Encoding(remark=f"The content type's charset is unknown here ({shown}); read as UTF-8.")


def decoded_head(payload: bytes, size: int, encoding: Encoding) -> str:
    """The first ``size`` bytes of ``payload`` as text; a character that the cut goes through is left out.

    Raises:
        NotDecodable: a byte stands for no character in this encoding.
    """
    try:
        if encoding.codec == _UTF8_CODEC:
            return text_head(payload, size)
        decoder = codecs.getincrementaldecoder(encoding.codec)()
        return decoder.decode(payload[encoding.mark : size], len(payload) <= size)
    except UnicodeDecodeError as error:
        at = encoding.mark + error.start
        raise NotDecodable(f"not {encoding.title} text (byte {at:,} is 0x{payload[at]:02x})") from None
