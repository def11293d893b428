"""JSON that somebody writes: whether it is, where it is not, and the same laid out."""

from mqtt_tui.decoders.base import NotDecodable, Token
from mqtt_tui.decoders.json_tokens import JsonTokens
from mqtt_tui.decoders.structure import DEEPEST_INDENT, Piece

LARGEST = 64 * 1024
"""Characters that are checked at every key: 15 ms."""


def is_meant_as_json(text: str, content_type: str | None) -> bool:
    """Whether the content type says so, or the text begins like an object or an array."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type:
        return media_type.endswith(("/json", "+json"))
    return text.lstrip()[:1] in ("{", "[")


def problem_of(text: str) -> str:
    """Why ``text`` is not JSON, with line and column, safe to show; empty where it is."""
    try:
        _pieces_of(text)
    except NotDecodable as error:
        return str(error)
    return ""


def laid_out(text: str, indent: int = 2) -> str:
    """``text`` with one key or element a line; every name, number and string stays as it was written.

    Raises:
        NotDecodable: it is not JSON.
    """
    out: list[str] = []
    depth, opened, previous = 0, False, ""
    for token, piece, _ in _pieces_of(text):
        sign = piece if token is Token.PUNCTUATION else ""
        opens, closes = sign in ("{", "["), sign in ("}", "]")
        depth -= closes
        if previous == "," or opened != closes:
            out.append("\n" + " " * (indent * min(depth, DEEPEST_INDENT)))
        out.append(": " if sign == ":" else piece)
        depth += opens
        opened, previous = opens, sign
    return "".join(out)


def _pieces_of(text: str) -> list[Piece]:
    """All tokens of one document.

    Raises:
        NotDecodable: it is not JSON, or more than one.
    """
    tokens = JsonTokens(text)
    pieces = list(tokens)
    if tokens.documents > 1:
        raise NotDecodable("not JSON: more than one document")
    return pieces
