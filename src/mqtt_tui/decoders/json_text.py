"""JSON, indented and otherwise as it was written: number texts, repeated keys, their order and escapes are kept."""

import re
from collections.abc import Iterator

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, LazyLines, Line, NotDecodable, Span, Token
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.decoders.json_tokens import JsonTokens, read_tokens
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

LARGEST = 256 * 1024
"""Bytes that are laid out while the screen waits: 60 ms for ordinary objects, 0.25 s for the most tokens possible."""
DEEPEST_INDENT = 32
"""Levels; what is deeper stands below each other."""
_SHORT_ARRAY = 80
"""Columns within which an array of scalars stays on one line."""
_NAMED = 5
"""Duplicate keys that the note names."""

_BOM = b"\xef\xbb\xbf"
_MEDIA_TYPE = re.compile(r"(application|text)/json|[^/]+/[^/]+\+json")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+(?:[{\[]|(\"))")
_SCALAR = re.compile(rb"[ \t\r\n]*+(?:-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)[ \t\r\n]*+")
_LONGEST_SCALAR = 64
_PART = re.compile(rf"(?:[^\\]|\\u[0-9a-fA-F]{{4}}|\\.){{1,{LONGEST_ROW}}}", re.DOTALL)
_ESCAPE = re.compile(r'(\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]))')


class JsonDecoder:
    """JSON by RFC 8259, and ``NaN`` and ``Infinity``, marked."""

    name = "json"
    title = "JSON"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else by the first character; scalars whole, since a date begins like a number."""
        payload = message.payload
        if payload and _MEDIA_TYPE.fullmatch(media_type(message)):
            return 100
        if len(payload) <= _LONGEST_SCALAR and _SCALAR.fullmatch(payload):
            return 80
        begins = _BEGINS.match(payload, 0, LOOKED_AT)
        if begins is None or (begins[1] and not payload[-_LONGEST_SCALAR:].rstrip().endswith(b'"')):
            return 0
        return 80

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload, where it is no larger than ``LARGEST``."""
        payload = message.payload
        if len(payload) > LARGEST:
            raise NotDecodable(f"JSON is laid out up to {LARGEST // 1024} KiB, this is {len(payload) // 1024:,} KiB")
        body = payload.removeprefix(_BOM)
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            at = len(payload) - len(body) + error.start
            raise NotDecodable(f"not UTF-8 text (byte {at:,} is 0x{payload[at]:02x})") from None
        found = read_tokens(text)
        notes = ["Begins with a byte order mark."] if len(body) < len(payload) else []
        notes += _notes(found)
        return Decoded(self.title, JsonLines(found.tokens), " ".join(notes))


class JsonLines(LazyLines):
    """Tokens, indented. Where lines end is worked out once; a line is put together when it is asked for."""

    def __init__(self, tokens: list[Span]) -> None:
        self._tokens = [part for span in tokens for part in _parts(span)] if _has_long(tokens) else tokens
        self._rows = list(_rows(self._tokens))

    def __len__(self) -> int:
        return len(self._rows)

    def line(self, number: int) -> Line:
        """One key with its value, one element, a bracket, or a part of a long string."""
        depth, start, end = self._rows[number]
        *before, (token, last) = self._tokens[start:end]
        return (
            (Token.PLAIN, "  " * min(depth, DEEPEST_INDENT)),
            *((token, f"{text} " if text in (",", ":") else _shown(text)) for token, text in before),
            (token, _shown(last)),
        )


def _has_long(tokens: list[Span]) -> bool:
    return any(len(text) >= LONGEST_ROW for _, text in tokens)


def _parts(span: Span) -> Iterator[Span]:
    token, text = span
    return ((token, part[0]) for part in _PART.finditer(text))


def _rows(tokens: list[Span]) -> Iterator[tuple[int, int, int]]:
    """Depth, first token and the one behind the last, for each line."""
    depth = start = at = 0
    punctuation = Token.PUNCTUATION
    while at < len(tokens):
        token, text = tokens[at]
        at += 1
        if token is not punctuation:
            if len(text) >= LONGEST_ROW:
                yield depth, start, at
                start = at
        elif text == ",":
            yield depth, start, at
            start = at
        elif text in "{[":
            short_end = _end_if_short(tokens, at - 1, start)
            if not short_end:
                yield depth, start, at
                start, depth = at, depth + 1
            at = short_end or at
        elif text in "}]":
            if start < at - 1:
                yield depth, start, at - 1
            start, depth = at - 1, depth - 1
    if start < at:
        yield depth, start, at


def _end_if_short(tokens: list[Span], opens: int, row: int) -> int:
    """Where the container that opens at ``opens`` ends if it is empty or a short array of scalars; 0 otherwise."""
    if tokens[opens + 1][1] in ("}", "]"):
        return opens + 2
    if tokens[opens][1] == "{":
        return 0
    width = 0
    for at in range(row, len(tokens)):
        text = tokens[at][1]
        width += len(text) + (text in ",:")
        if width > _SHORT_ARRAY or (at > opens and text in ("{", "[")):
            return 0
        if text == "]":
            return at + 1
    return 0


def _shown(source: str) -> str:
    """A token, safe to show. Printable ASCII is, and an escape is to be read as JSON's own."""
    if source.isascii() and source.isprintable():
        return source
    return "".join(part if at % 2 else display_text(part) for at, part in enumerate(_ESCAPE.split(source)))


def _notes(found: JsonTokens) -> list[str]:
    notes = []
    if found.non_standard:
        notes.append(f"Not standard JSON: {', '.join(dict.fromkeys(found.non_standard))}.")
    if found.duplicates:
        named = list(dict.fromkeys(found.duplicates))
        shown = ", ".join(display_text(key if len(key) < 40 else key[:38] + "…") for key in named[:_NAMED])
        more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
        notes.append(f"Duplicate keys: {shown}{more}.")
    if found.has_hidden:
        notes.append("Hidden characters in strings are shown as escapes.")
    if found.deepest > DEEPEST_INDENT:
        notes.append(f"{found.deepest:,} levels deep; the indentation stops at {DEEPEST_INDENT}.")
    return notes
