"""Untrusted text, made visible.

Topics, payloads, property values, client identifiers, reason strings, certificate and file names come from
strangers. What ``display_text`` returns holds no character that could move, colour or command a terminal, none that
hides, joins or reorders its neighbours, and two different inputs never give the same output.
"""

import re
import unicodedata

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}
_MOST_COMBINING = 4
"""Combining marks shown on one character; more of them climb over the neighbouring rows."""

# Printable by Unicode's tables, yet invisible, joining or of a width on which terminals disagree: control pictures
# (they stand for control characters here), grapheme joiner, fillers, conjoining vowels and finals, variation
# selectors, regional indicators, skin tones.
_AMBIGUOUS = re.compile(
    "[\u2400-\u2426\u034f\u115f-\u11ff\u17b4\u17b5\u180b-\u180f\u3164\ud7b0-\ud7ff\uffa0\ufe00-\ufe0f"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
_BACKSLASHES = re.compile(r"\\+(?=[xuU])")


def display_text(text: str | bytes) -> str:
    r"""``text`` on one line, safe to show.

    C0 and DEL become control pictures (ESC is ``␛``); C1, bidirectional and zero-width characters, unusual blanks,
    lone surrogates and unassigned code points become ``\x9b`` or ``\u202e``. A backslash that could be taken for
    such an escape is doubled. Bytes are read as UTF-8, bad ones as lone surrogates (``\udcff``).
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable():
        return _BACKSLASHES.sub(_double, text) if "\\" in text else text
    out: list[str] = []
    combining = _MOST_COMBINING  # nothing to combine with yet
    for character in text:
        if unicodedata.category(character)[0] == "M":  # spacing marks too have no cell of their own
            combining += 1
            shown = character if combining <= _MOST_COMBINING and not _is_escaped(character) else _escape(character)
        else:
            combining = 0
            shown = _escape(character) if _is_escaped(character) else character
        if character in "xuU" or (shown[0] == "\\" and character != "\\"):
            _double_trailing(out)
        out.append(shown)
    return "".join(out)


def display_lines(text: str, *, tab: int = 4) -> list[str]:
    """``text`` broken at LF and CR LF, tabs as blanks up to the next multiple of ``tab``, each line safe to show."""
    return ["".join(_expanded(line.removesuffix("\r"), tab)) for line in text.split("\n")]


def _expanded(line: str, tab: int) -> list[str]:
    out: list[str] = []
    width = 0
    for number, part in enumerate(line.split("\t")):
        if number:
            blanks = tab - width % tab
            out.append(" " * blanks)
            width += blanks
        shown = display_text(part)
        out.append(shown)
        width += len(shown)
    return out


def _is_escaped(character: str) -> bool:
    return not character.isprintable() or _AMBIGUOUS.match(character) is not None


def _escape(character: str) -> str:
    picture = _PICTURES.get(character)
    if picture is not None:
        return picture
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _double(found: re.Match[str]) -> str:
    return found[0] * 2


def _double_trailing(out: list[str]) -> None:
    """Double the literal backslashes at the end of ``out``, so that what follows is not read as their escape."""
    at = len(out)
    while at and out[at - 1] == "\\":
        at -= 1
    out.extend(["\\"] * (len(out) - at))
