"""A payload in a tree row: painted fifty times a frame, so a few microseconds and a few hundred bytes have to do."""

import re

from mqtt_tui.decoders.base import Line, Token
from mqtt_tui.decoders.detection import LOOKED_AT, is_mostly_control, text_head
from mqtt_tui.text.display_text import display_text

_NUMBER = re.compile(r"[+-]?[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?")
_LITERALS = frozenset(("true", "false", "null"))

# What could be JSON as far as it goes. A log line such as "[INFO] started" could not: its blanks stay.
_JSON_SO_FAR = re.compile(
    r'(?:[ \t\r\n{}\[\],:]++|"(?:[^"\\\x00-\x1f]++|\\.)*+"|-?[0-9][0-9.eE+-]*+|true|false|null|NaN|-?Infinity)*+'
    r'(?:"(?:[^"\\\x00-\x1f]++|\\.)*+\\?|[a-zA-Z0-9.+-]*+)'
)
_BLANK = re.compile(r"[ \t\r\n]")
_STRING_OR_BLANKS = re.compile(r'("(?:[^"\\]++|\\.)*+"?+)|[ \t\r\n]++')


def one_line(payload: bytes, width: int) -> Line:
    """The beginning of ``payload`` in at most ``width`` characters, cut with an ellipsis.

    JSON without the blanks between its tokens, other text with its line ends visible, binary as size and bytes.
    Takes 1 to 5 us, and 30 us for 80 columns that are not ASCII.
    """
    if width < 1:
        return ()
    if not payload:
        return ((Token.NOTE, "⟨empty⟩"[:width]),)
    try:
        text = text_head(payload, LOOKED_AT)
    except UnicodeDecodeError:
        return _binary(payload, width)
    if is_mostly_control(payload[:LOOKED_AT]):
        return _binary(payload, width)
    head = text[: width * 3]
    is_cut = len(head) < len(text) or len(payload) > LOOKED_AT
    if head.lstrip()[:1] in ("{", "["):
        head = _without_blanks(head)
    token = Token.NUMBER if _NUMBER.fullmatch(head) else Token.LITERAL if head in _LITERALS else Token.PLAIN
    shown = display_text(head[: width + 1])
    if is_cut or len(shown) > width:
        shown = shown[: width - 1] + "…"
    return ((token, shown),)


def _without_blanks(text: str) -> str:
    if not _BLANK.search(text) or not _JSON_SO_FAR.fullmatch(text):
        return text
    if "\\" in text:
        return _STRING_OR_BLANKS.sub(r"\1", text)
    parts = text.split('"')  # every other one is a string
    parts[::2] = ["".join(part.split()) for part in parts[::2]]
    return '"'.join(parts)


def _binary(payload: bytes, width: int) -> Line:
    size = f"⟨{len(payload):,} B⟩"
    fitting = max((width - len(size)) // 3, 0)
    if len(payload) > fitting:
        fitting = max((width - len(size) - 2) // 3, 0)
    shown = payload[:fitting].hex(" ") + (" …" if fitting < len(payload) else "")
    return ((Token.NOTE, size[:width]), (Token.HEX, f" {shown}"[: width - len(size[:width])]))
