"""XML taken apart without being understood (XML 1.0, 2 to 4): nothing is resolved, fetched or expanded.

A parser would replace entities by what they stand for, which may be another file or a billion words. Here the grammar
is a regular expression for each piece, and the stack a list.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from mqtt_tui.decoders.base import LONGEST_ROW, NotDecodable, Span, Token
from mqtt_tui.text.display_text import display_text

BLANKS = " \t\r\n"
_SHORT_TEXT = 80
"""Characters within which the text of an element stays on its line."""
_LONGEST_NAME = 60

_NAME_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"[{_NAME_START}][{_NAME_START}\-.0-9\xb7\u0300-\u036f\u203f\u2040]*+"  # XML 1.0, 2.3
_BLANK = f"[{BLANKS}]"
_VALUE = "(?:\"[^\"<]*+\"|'[^'<]*+')"
_ATTRIBUTE = rf"{_BLANK}++{_NAME}{_BLANK}*+={_BLANK}*+{_VALUE}"
_COMMENT = r"<!--[^-]*+(?:-(?!->)[^-]*+)*+-->"
_INSTRUCTION = rf"<\?{_NAME}[^?]*+(?:\?(?!>)[^?]*+)*+\?>"
_QUOTED = "\"[^\"]*+\"|'[^']*+'"
_SUBSET = rf"\[(?:[^\]<\"']++|{_QUOTED}|{_COMMENT}|{_INSTRUCTION}|<![A-Z%])*+\]"
_DOCTYPE = rf"<!DOCTYPE{_BLANK}(?:[^\[<>\"']++|{_QUOTED})*+(?:{_SUBSET}{_BLANK}*+)?>"
_TOKEN = re.compile(
    rf"""([^<]++)
      | </({_NAME}){_BLANK}*+>
      | <({_NAME})(?:{_ATTRIBUTE})*+{_BLANK}*+(/)?>
      | ({_COMMENT})
      | (<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>)
      | ({_INSTRUCTION})
      | ({_DOCTYPE})""",
    re.VERBOSE,
)
_TEXT, _END, _START, _EMPTY, _NOTE, _CDATA, _PI, _TYPE = range(1, 9)  # groups of the expression
_LEAF = re.compile(rf"(?:[^<\n]{{1,{_SHORT_TEXT}}}+|<!\[CDATA\[[^\]\n]{{0,{_SHORT_TEXT}}}+\]\]>)?(?=</)")
_PIECE = re.compile(rf"(</?|/?>|=)|({_NAME})|({_VALUE})|({_BLANK}++)")
_PIECE_KINDS = (Token.PLAIN, Token.PUNCTUATION, Token.KEY, Token.STRING, Token.PLAIN)
_A_NAME, _GAP = 2, 4  # groups
_CDATA_BEGINS, _CDATA_ENDS = "<![CDATA[", "]]>"
_SO_FAR = re.compile(rf"<{_NAME}(?:{_ATTRIBUTE})*+{_BLANK}*+")
_ENDLESS = {
    "<!--": "a comment has no end",
    "<![CDATA[": "a CDATA section has no end",
    "<!DOCTYPE": "a document type has no end",
    "<?": "a processing instruction has no name or no end",
    "</": "a closing tag should be a name and >",
}


class Kind(StrEnum):
    """What a row holds, which says how it is coloured."""

    TAGS = "tags, with a short text between them"
    TEXT = "text, or a part of a CDATA section"
    NOTE = "a comment"
    INSTRUCTION = "an instruction or a document type"
    NAME = "a part of a long name"
    VALUE = "a part of a long value"


_ROW_KINDS = {
    Kind.NOTE: Token.NOTE,
    Kind.INSTRUCTION: Token.LITERAL,
    Kind.NAME: Token.KEY,
    Kind.VALUE: Token.STRING,
}

Row = tuple[int, int, int, Kind]
"""Where it begins and ends in the text, on which level it stands, and what it holds."""


class XmlRows:
    """The rows of a text, read once.

    Args:
        text: the source.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.read_to = 0
        """The place behind the last whole token."""
        self.deepest = 0
        """Levels that were open at the same time."""
        self._open: list[tuple[str, int]] = []  # names, and where their tags begin
        self._has_root = False

    def __iter__(self) -> Iterator[Row]:
        """All rows, from top to bottom.

        Raises:
            NotDecodable: tags do not match, or a piece is none of XML's, with line, column and reason.
        """
        text, size = self.text, len(self.text)
        while self.read_to < size:
            at = self.read_to
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._broken(at)
            group, end = found.lastindex or 0, found.end()
            if group in (_START, _EMPTY):
                self._begin(found[_START], at)
                depth = len(self._open) - 1
                end = self._end_of_leaf(at, end) if group == _START else end
                if group == _EMPTY:
                    self._open.pop()
                yield from self._tag_rows(at, end, depth)
            elif group == _END:
                self._close(found[_END], at)
                yield from self._tag_rows(at, end, len(self._open))
            else:
                yield from self._other_rows(group, at, end)
            self.read_to = end
        if self._open:
            name, at = self._open[-1]
            raise self._fault(size, f"<{_short(name)}> of line {text.count(chr(10), 0, at) + 1:,} is not closed")
        if not self._has_root:
            raise self._fault(size, "an element should come, not the end")

    # Elements

    def _begin(self, name: str, at: int) -> None:
        if not self._open and self._has_root:
            raise self._fault(at, f"nothing more should come behind the outermost element, not <{_short(name)}>")
        self._has_root = True
        self._open.append((name, at))
        self.deepest = max(self.deepest, len(self._open))

    def _close(self, name: str, at: int) -> None:
        if not self._open:
            raise self._fault(at, f"</{_short(name)}> closes nothing")
        if self._open[-1][0] != name:
            raise self._fault(at, f"</{_short(name)}> closes <{_short(self._open[-1][0])}>")
        self._open.pop()

    def _end_of_leaf(self, at: int, end: int) -> int:
        """Where the element ends whose tag is from ``at`` to ``end``, if it fits on a row; else ``end``."""
        leaf = _LEAF.match(self.text, end)
        closing = _TOKEN.match(self.text, leaf.end()) if leaf else None
        if closing is None or closing.end() - at > LONGEST_ROW or self.text.find("\n", at, closing.end()) >= 0:
            return end
        self._close(closing[_END], closing.start())
        return closing.end()

    # Rows

    def _tag_rows(self, at: int, end: int, depth: int) -> Iterator[Row]:
        """One, or more where the tag is long or was written on several lines; those stand a level deeper."""
        if end - at <= LONGEST_ROW and self.text.find("\n", at, end) < 0:
            yield at, end, depth, Kind.TAGS
            return
        level = depth
        for piece in _PIECE.finditer(self.text, at, end):
            ends, is_long = piece.end(), piece.end() - at > LONGEST_ROW
            is_break = piece.lastindex == _GAP and (is_long or "\n" in piece[0])
            if not is_long and not is_break:
                continue
            if piece.start() > at:
                yield at, piece.start(), level, Kind.TAGS
                level = depth + 1
            at = ends if is_break else piece.start()
            kind = Kind.NAME if piece.lastindex == _A_NAME else Kind.VALUE
            while ends - at > LONGEST_ROW:
                yield at, at + LONGEST_ROW, level, kind
                at += LONGEST_ROW
                level = depth + 1
            if 0 < ends - at < ends - piece.start():  # the end of what was cut
                yield at, ends, level, kind
                at = ends
        if end > at:
            yield at, end, level, Kind.TAGS

    def _other_rows(self, group: int, at: int, end: int) -> Iterator[Row]:
        """Those of text, comments and the like, line by line; text and comments without the blanks around lines."""
        text = self.text
        if group in (_TEXT, _CDATA) and not self._open:
            if group == _TEXT and not text[at:end].strip(BLANKS):
                return
            at += len(text[at:end]) - len(text[at:end].lstrip(BLANKS))
            raise self._fault(at, "text should stand inside of the outermost element")
        kind = {_TEXT: Kind.TEXT, _CDATA: Kind.TEXT, _NOTE: Kind.NOTE}.get(group, Kind.INSTRUCTION)
        is_stripped = group in (_TEXT, _NOTE)
        if is_stripped:
            at, end = _without_blanks(text, at, end)
        if at < end:
            yield from lines_between(text, at, end, len(self._open), kind, is_stripped=is_stripped)

    # What is wrong

    def _broken(self, at: int) -> NotDecodable:
        """Why no token begins at ``at``."""
        text = self.text
        for begins, reason in _ENDLESS.items():
            if text.startswith(begins, at):
                return self._fault(at, reason)
        so_far = _SO_FAR.match(text, at)
        if so_far is None:
            return self._fault(at, "a name should come behind <")
        at = so_far.end()
        what = display_text(text[at]) if at < len(text) else "the end"
        return self._fault(at, f"an attribute with its value in quotes or > should come, not {what}")

    def _fault(self, at: int, reason: str) -> NotDecodable:
        line, column = self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
        return NotDecodable(f"not XML (line {line:,}, column {column:,}): {reason}")


def lines_between(text: str, at: int, end: int, depth: int, kind: Kind, *, is_stripped: bool) -> Iterator[Row]:
    """A row for each line of ``text`` between two places, more where it is long.

    Args:
        text: the source.
        at: where the first line begins.
        end: where the last one ends.
        depth: the level of all of them.
        kind: what they hold.
        is_stripped: leave out the blanks around each line.
    """
    while at <= end:
        ends = text.find("\n", at, end)
        ends = end if ends < 0 else ends
        begins, stops = _without_blanks(text, at, ends) if is_stripped else (at, ends - (text[at:ends][-1:] == "\r"))
        yield begins, min(begins + LONGEST_ROW, stops), depth, kind
        for part in range(begins + LONGEST_ROW, stops, LONGEST_ROW):
            yield part, min(part + LONGEST_ROW, stops), depth, kind
        at = ends + 1


def row_spans(text: str, at: int, end: int, kind: Kind) -> list[Span]:
    """The coloured pieces of a row, as they were written and not yet safe to show; blanks in tags are one blank."""
    if kind is Kind.TEXT:
        return _text_spans(text[at:end])
    if kind is not Kind.TAGS:
        return [(_ROW_KINDS[kind], text[at:end])]
    spans: list[Span] = []
    while at < end:
        piece = _PIECE.match(text, at, end) if not spans or spans[-1][1] != ">" else None
        if piece is None:  # behind a tag: a short text up to the one that closes it
            closing = text.rfind("</", at, end)
            spans += _text_spans(text[at:closing])
            spans.append((Token.PUNCTUATION, "</"))
            at = closing + 2
            continue
        group = piece.lastindex or 0
        spans.append((_PIECE_KINDS[group], " " if group == _GAP else piece[0]))
        at = piece.end()
    return spans


def _text_spans(text: str) -> list[Span]:
    """The brackets of a CDATA section apart from what they hold."""
    opens = _CDATA_BEGINS if text.startswith(_CDATA_BEGINS) else ""
    closes = _CDATA_ENDS if text.endswith(_CDATA_ENDS) else ""
    inner = text[len(opens) : len(text) - len(closes)]
    spans = [(Token.PUNCTUATION, opens), (Token.PLAIN, inner), (Token.PUNCTUATION, closes)]
    return [span for span in spans if span[1]]


def _without_blanks(text: str, at: int, end: int) -> tuple[int, int]:
    part = text[at:end]
    begins = at + len(part) - len(part.lstrip(BLANKS))
    return begins, max(begins, at + len(part.rstrip(BLANKS)))


def _short(name: str) -> str:
    return display_text(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")
