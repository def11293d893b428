"""JSON that somebody writes: whether it is, where it is not, and the same laid out."""

from mqtt_tui.decoders.base import NotDecodable, Token
from mqtt_tui.decoders.json_text import DEEPEST_INDENT
from mqtt_tui.decoders.json_tokens import read_tokens

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
        read_tokens(text)
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
    for token, piece in read_tokens(text).tokens:
        sign = piece if token is Token.PUNCTUATION else ""
        opens, closes = sign in ("{", "["), sign in ("}", "]")
        depth -= closes
        if previous == "," or opened != closes:
            out.append("\n" + " " * (indent * min(depth, DEEPEST_INDENT)))
        out.append(": " if sign == ":" else piece)
        depth += opens
        opened, previous = opens, sign
    return "".join(out)
