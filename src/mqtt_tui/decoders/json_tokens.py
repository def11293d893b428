"""JSON taken apart without being understood: every token stays as it was written (RFC 8259).

Parsers of JSON give values, and with them 1.10 becomes 1.1, the second of two equal keys wins, and a thousand levels
exceed the stack. Here the grammar is a table and the stack a list.
"""

import json
import re
from array import array
from collections.abc import Iterator
from enum import StrEnum

from mqtt_tui.decoders.base import NotDecodable, Span, Token
from mqtt_tui.decoders.structure import LONGEST_PIECE, PIECE, Piece, display_token, duplicates_note
from mqtt_tui.text.display_text import display_text

_TOKEN = re.compile(
    r"""[ \t\n\r]*+ (?:
        ("[^"\\\x00-\x1f]*+ (?: \\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}) [^"\\\x00-\x1f]*+ )*+ ")
      | (-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
      | (true|false|null)
      | (NaN|-?Infinity)
      | ([{}\[\],:])
    )""",
    re.VERBOSE,
)
_NON_STANDARD, _PUNCTUATION = 4, 5  # groups of the expression; the ones before are in _KINDS' order
_KINDS = (Token.PLAIN, Token.STRING, Token.NUMBER, Token.LITERAL, Token.ERROR)
_BLANKS = re.compile(r"[ \t\n\r]*+")
_STRING_SO_FAR = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')


class _State(StrEnum):
    """What may come next, in the words of the error where something else comes."""

    VALUE = "a value"
    FIRST_VALUE = "a value or ]"
    KEY = "a key in quotes"
    FIRST_KEY = "a key in quotes or }"
    COLON = "a colon"
    NEXT_IN_OBJECT = "a comma or }"
    NEXT_IN_ARRAY = "a comma or ]"
    END = "nothing more"
    DONE = "what the enclosing container allows"


# A look at an enumeration's member by name costs more than the rest of a step.
_DONE, _COLON = _State.DONE, _State.COLON
_STRING, _SCALAR = "string", "scalar"
_SIGNS = ("", _STRING, _SCALAR, _SCALAR, _SCALAR)
_VALUES = {_STRING: _DONE, _SCALAR: _DONE, "{": _State.FIRST_KEY, "[": _State.FIRST_VALUE}
_MOVES = {
    _State.VALUE: _VALUES,
    _State.FIRST_VALUE: _VALUES | {"]": _DONE},
    _State.KEY: {_STRING: _COLON},
    _State.FIRST_KEY: {_STRING: _COLON, "}": _DONE},
    _State.COLON: {":": _State.VALUE},
    _State.NEXT_IN_OBJECT: {",": _State.KEY, "}": _DONE},
    _State.NEXT_IN_ARRAY: {",": _State.VALUE, "]": _DONE},
    _State.END: {},
}
_ENCLOSING = (_State.NEXT_IN_OBJECT, _State.NEXT_IN_ARRAY, _State.END)
_OBJECT, _ARRAY, _NOTHING = range(3)


class JsonTokens:
    """A text in tokens, read once; besides the standard's numbers, ``NaN`` and ``Infinity`` are let through.

    Several documents, each on lines of its own, are read one after the other.

    Args:
        text: the source; what is read of it is as it was written, and not yet safe to show.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.documents = 1
        """Texts of JSON so far."""
        self.non_standard: list[str] = []
        """``NaN``, ``Infinity`` and ``-Infinity``, as often as they come."""
        self.duplicates: list[str] = []
        """Keys that stood in the same object before, quotes and all."""
        self.has_hidden = False
        """Whether a string has characters in it that nobody can see."""
        self.read_to = 0
        """Where the latest token ends; behind a fault, where that is."""
        self._marked: set[int] = set()  # where the keys begin that stood before
        self._first_keys = array("i")  # of each open container where its first key begins; -1: no key so far
        self._keys: dict[int, set[int]] = {}  # by level, what is open and has several: their hashes
        self._cut: dict[int, tuple[Token, int]] = {}  # where parts of long strings begin, and where those end

    def __iter__(self) -> Iterator[Piece]:
        """Kind, text and place of each token; ``KEY`` for keys, ``ERROR`` for what is marked. Long strings in parts.

        Raises:
            NotDecodable: it is not JSON, with line, column and reason.
        """
        text, match, punctuation = self.text, _TOKEN.match, Token.PUNCTUATION
        state, enclosing, at = _State.VALUE, bytearray([_NOTHING]), 0
        while True:
            found = match(text, at)
            if found is None:
                break
            group = found.lastindex or 0
            piece = found[group]
            move = _MOVES[state].get(piece if group == _PUNCTUATION else _SIGNS[group])
            if move is None:
                if state is not _State.END or "\n" not in text[at : found.start(group)]:
                    break
                self.documents += 1
                state = _State.VALUE
                continue
            at = self.read_to = found.end()
            if group != _PUNCTUATION:
                start = at - len(piece)
                kind = _KINDS[group] if move is not _COLON else self._kind_of_key(piece, start)
                if group == _NON_STANDARD:
                    self.non_standard.append(piece)
                elif not piece.isprintable():
                    self.has_hidden = True
                if len(piece) < LONGEST_PIECE:
                    yield kind, piece, start
                else:
                    yield from self._parts(kind, piece, start)
            else:
                yield punctuation, piece, at - 1
                if piece in "{[":
                    enclosing.append(_OBJECT if piece == "{" else _ARRAY)
                    self._first_keys.append(-1)
                elif piece in "}]":
                    enclosing.pop()
                    self._keys.pop(len(self._first_keys), None)
                    self._first_keys.pop()
            state = _ENCLOSING[enclosing[-1]] if move is _DONE else move
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # matches nothing at least
        if state is not _State.END or at < len(text):
            raise _not_json(text, at, state)
        self.read_to = at

    def spans(self, start: int, end: int) -> list[Span]:
        """The tokens between two places at which tokens, or parts of long ones, begin."""
        spans: list[Span] = []
        key_at = -1
        if (cut := self._cut.get(start)) is not None:
            kind, ends = cut
            spans.append((kind, self.text[start : min(ends, end)]))
            start = min(ends, end)
        while start < end and (found := _TOKEN.match(self.text, start)):
            group = found.lastindex or 0
            at, start = found.span(group)
            if at >= end:
                break
            kind = Token.PUNCTUATION if group == _PUNCTUATION else _KINDS[group]
            if key_at >= 0 and self.text[at] == ":":
                spans[-1] = Token.ERROR if key_at in self._marked else Token.KEY, spans[-1][1]
            key_at = at
            spans.append((kind, self.text[at : min(start, end)]))
        return spans

    def shown(self, text: str) -> str:
        """As ``Source``."""
        return display_token(text)

    def rest(self) -> Iterator[Span]:
        """The text behind what was read, line by line."""
        at = self.read_to
        while at < len(self.text):
            ends = self.text.find("\n", at, at + LONGEST_PIECE)
            ends = min(at + LONGEST_PIECE, len(self.text)) if ends < 0 else ends
            yield Token.PLAIN, self.text[at:ends]
            at = ends + (self.text[ends : ends + 1] == "\n")

    def notes(self) -> list[str]:
        """What is odd about it so far."""
        notes = []
        if self.non_standard:
            notes.append(f"Not standard JSON: {', '.join(dict.fromkeys(self.non_standard))}.")
        if self.duplicates:
            notes.append(duplicates_note(self.duplicates))
        if self.has_hidden:
            notes.append("Hidden characters in strings are shown as escapes.")
        return notes

    def _kind_of_key(self, key: str, start: int) -> Token:
        first, level = self._first_keys[-1], len(self._first_keys)
        if first < 0:  # who sends a level in each five bytes gets no set for each
            self._first_keys[-1] = start
            return Token.KEY
        if (keys := self._keys.get(level)) is None:
            found = _TOKEN.match(self.text, first)
            keys = self._keys[level] = {_meaning(found[1])} if found is not None else set()
        meant = _meaning(key)
        if meant in keys:
            self.duplicates.append(key)
            self._marked.add(start)
            return Token.ERROR
        keys.add(meant)
        return Token.KEY

    def _parts(self, kind: Token, piece: str, start: int) -> Iterator[Piece]:
        for part in PIECE.finditer(piece):
            at = start + part.start()
            if part.start():
                self._cut[at] = kind, start + len(piece)
            yield kind, part[0], at


def _meaning(key: str) -> int:
    return hash(json.loads(key) if "\\" in key else key[1:-1])  # siphash, with a secret of this process


def _not_json(text: str, at: int, state: _State) -> NotDecodable:
    reason = f"{state} should come, not "
    if at == len(text):
        reason += "the end"
    elif text[at] != '"' or _TOKEN.match(text, at):
        reason += display_text(text[at])
    else:
        at = _STRING_SO_FAR.match(text, at).end()  # type: ignore[union-attr]  # begins with its quotation mark
        reason = _what_breaks_a_string(text[at : at + 1])
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return NotDecodable(f"not JSON (line {line:,}, column {column:,}): {reason}")


def _what_breaks_a_string(character: str) -> str:
    if not character:
        return "a string has no end"
    if character == "\\":
        return "an escape that JSON does not have"
    return f"a control character in a string ({display_text(character)})"
