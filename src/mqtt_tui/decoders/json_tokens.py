"""JSON taken apart without being understood: every token stays as it was written (RFC 8259).

Parsers of JSON give values, and with them 1.10 becomes 1.1, the second of two equal keys wins, and a thousand levels
exceed the stack. Here the grammar is a table and the stack a list.
"""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum

from mqtt_tui.decoders.base import NotDecodable, Span, Token
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
_PUNCTUATION_SPANS = {sign: (Token.PUNCTUATION, sign) for sign in "{}[],:"}
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
_AFTER = {"{": _State.NEXT_IN_OBJECT, "[": _State.NEXT_IN_ARRAY}


@dataclass(slots=True)
class JsonTokens:
    """A valid text in tokens; their texts are the source's and not yet safe to show."""

    tokens: list[Span] = field(default_factory=list)
    """``KEY`` for keys, ``ERROR`` for what is marked: non-standard numbers, keys that stood before."""
    deepest: int = 0
    """Levels of containers."""
    non_standard: list[str] = field(default_factory=list)
    """``NaN``, ``Infinity`` and ``-Infinity``, as often as they come."""
    duplicates: list[str] = field(default_factory=list)
    """Keys that stood in the same object before, quotes and all."""
    has_hidden: bool = False
    """Whether a string has characters in it that nobody can see."""


def read_tokens(text: str) -> JsonTokens:
    """Take ``text`` apart. Besides the standard's numbers, ``NaN`` and ``Infinity`` are let through.

    Raises:
        NotDecodable: it is not JSON, with line, column and reason.
    """
    out = JsonTokens()
    add, match = out.tokens.append, _TOKEN.match
    state, enclosing, keys, at = _State.VALUE, [_State.END], list[set[str]](), 0
    while found := match(text, at):
        group = found.lastindex or 0
        piece = found[group]
        move = _MOVES[state].get(piece if group == _PUNCTUATION else _SIGNS[group])
        if move is None:
            break
        at = found.end()
        if group != _PUNCTUATION:
            add((_kind_of_key(piece, keys[-1], out) if move is _COLON else _KINDS[group], piece))
            if group == _NON_STANDARD:
                out.non_standard.append(piece)
            elif not piece.isprintable():
                out.has_hidden = True
        else:
            add(_PUNCTUATION_SPANS[piece])
            if piece in "{[":
                enclosing.append(_AFTER[piece])
                out.deepest = max(out.deepest, len(enclosing) - 1)
                if piece == "{":
                    keys.append(set())
            elif piece in "}]" and enclosing.pop() is _State.NEXT_IN_OBJECT:
                keys.pop()
        state = enclosing[-1] if move is _DONE else move
    at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # matches nothing at least
    if state is not _State.END or at < len(text):
        raise _not_json(text, at, state)
    return out


def _kind_of_key(key: str, keys: set[str], out: JsonTokens) -> Token:
    meant = json.loads(key) if "\\" in key else key[1:-1]
    if meant in keys:
        out.duplicates.append(key)
        return Token.ERROR
    keys.add(meant)
    return Token.KEY


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
