"""XML, indented and otherwise as it was written: attributes, entities, comments and CDATA sections are kept."""

import re
from array import array
from collections.abc import Iterator
from itertools import islice

from mqtt_tui.decoders.base import Decoded, LazyLines, Line, NotDecodable, Token
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.decoders.structure import AT_ONCE, DEEPEST_INDENT
from mqtt_tui.decoders.text_encoding import (
    Encoding,
    declared_encoding,
    decoded_head,
    marked_encoding,
    named_encoding,
)
from mqtt_tui.decoders.xml_tokens import Kind, XmlRows, lines_between, row_spans
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_lines, display_text

LARGEST = 1 << 20
"""Bytes of a payload that is laid out; a row costs some microseconds and 25 bytes."""

_STEP = 128
"""Rows between two looks at how many there were."""
_ROW_COST = 4
"""Microseconds, as what is laid out is counted in."""
_BOM = "\ufeff"
_MEDIA_TYPE = re.compile(r"(application|text)/xml|[^/]+/[^/]+\+xml")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+<(?:\?xml|!--|!DOCTYPE|[A-Za-z_:\x80-\xff])")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>?]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._-]+)")
_KINDS = tuple(Kind)


class XmlLines(LazyLines):
    """Rows of XML; where they begin is worked out once, bit by bit, and a line is made when it is asked for."""

    def __init__(self, text: str) -> None:
        self.fault = ""
        """Why the rows ended too early; those behind are the text as it is. Empty: they did not."""
        self.is_complete = False
        """Whether all of it is laid out."""
        self._text = text
        self._rows = XmlRows(text)
        self._begins = array("q")
        self._ends = array("q")
        self._depths = array("q")
        self._kinds = bytearray()
        self._fault_row = 0
        self._work = self._lay_out()

    def lay_out(self, tokens: int) -> None:
        """Go on for about so many tokens, a microsecond each."""
        for _ in islice(self._work, tokens // (_STEP * _ROW_COST)):
            pass

    def __len__(self) -> int:
        """Lines, as far as they are laid out; those stay as they are."""
        return len(self._kinds)

    def line(self, number: int) -> Line:
        """A tag, an element with a short text, a line of a text or of a comment, or a part of what is long."""
        kind = _KINDS[self._kinds[number]]
        shown = display_text if kind is Kind.TAGS else _one_line
        spans = row_spans(self._text, self._begins[number], self._ends[number], kind)
        return (
            (Token.PLAIN, "  " * min(self._depths[number], DEEPEST_INDENT)),
            *((token, shown(text)) for token, text in spans),
        )

    @property
    def note(self) -> str:
        """What is odd about it, as far as it is laid out."""
        notes = [f"From row {self._fault_row + 1:,} on it is {self.fault}."] if self.fault else []
        if self._rows.deepest > DEEPEST_INDENT + 1:
            notes.append(f"{self._rows.deepest:,} levels deep; the indentation stops at {DEEPEST_INDENT}.")
        return " ".join(notes)

    def _lay_out(self) -> Iterator[None]:
        """Rows from the text; now and then a break."""
        for number, (at, end, depth, kind) in enumerate(self._all_rows(), 1):
            self._begins.append(at)
            self._ends.append(end)
            self._depths.append(depth)
            self._kinds.append(_NUMBERS[kind])
            if number % _STEP == 0:
                yield
        self.is_complete = True

    def _all_rows(self) -> Iterator[tuple[int, int, int, Kind]]:
        """Those of the XML, and behind a fault those of the text."""
        try:
            yield from self._rows
        except NotDecodable as error:
            self.fault, self._fault_row = error.message, len(self)
            at, size = self._rows.read_to, len(self._text)
            if at < size:
                yield from lines_between(self._text, at, size, 0, Kind.TEXT, is_stripped=False)


_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


class XmlDecoder:
    """Well-formed XML 1.0, as far as tags match; entities and document types are only text."""

    name = "xml"
    title = "XML"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else where the payload begins with a tag, a comment or the like, and ends with one."""
        payload = message.payload
        if payload and _MEDIA_TYPE.fullmatch(media_type(message)):
            return 100
        head, tail = payload[:LOOKED_AT], payload[-LOOKED_AT:]
        if (marked := marked_encoding(payload)) is not None:
            head, tail = (part.decode(marked.codec, "ignore").encode() for part in (head[marked.mark :], tail))
        return 75 if _BEGINS.match(head) and tail.rstrip().endswith(b">") else 0

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload; what takes longer is laid out by whoever shows it."""
        payload = message.payload
        if len(payload) > LARGEST:
            raise NotDecodable(f"XML is laid out up to 1 MiB, this is {len(payload):,} bytes")
        encoding = declared_encoding(message) or _encoding_of_declaration(payload) or Encoding()
        text = decoded_head(payload, LARGEST, encoding)
        body = text.removeprefix(_BOM)
        lines = XmlLines(body)
        lines.lay_out(AT_ONCE)
        if lines.fault:
            raise NotDecodable(lines.fault)
        notes = [encoding.remark] if encoding.remark else []
        if len(body) < len(text):
            notes.append("Begins with a byte order mark.")
        return Decoded(self.title, lines, " ".join(notes))


def _encoding_of_declaration(payload: bytes) -> Encoding | None:
    """What the XML declaration says (XML 1.0, 4.3.3), unless it could not be read here if that were so."""
    found = _DECLARED.match(payload, 0, LOOKED_AT)
    named = named_encoding(found[1].decode(), "its XML declaration") if found else None
    return None if named is None or named.codec.startswith(("utf-16", "utf-32")) else named


def _one_line(text: str) -> str:
    # display_lines takes one carriage return off the end of a line: ours, and not one of the text.
    return display_lines(text + "\r")[0]
