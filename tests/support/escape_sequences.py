"""What a program may write to a terminal, as an allow-list."""

import re
from collections.abc import Iterator

_CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC with what they carry
    r"|\x1b."
    r"|\r*\n"
    r"|[\x00-\x1f\x7f-\x9f]",
    re.DOTALL,
)
_ALLOWED = re.compile(
    r"\x1b\[(?:"
    r"[0-9;]*m"  # colours
    r"|[0-9;]*H"  # where the next cells go
    r"|\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"  # modes of cursor, mouse, paste, whole screen
    r"|\?(?:2026|2048)\$p"  # questions about modes
    r"|>[0-9]+u|<u"  # the keyboard's protocol, on and off
    r")"
    r"|\x1b\]22;[a-z-]*\x07"  # shape of the mouse pointer
    r"|\r*\n"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c]*\x1b?)?\Z")
_MOVES_OR_COLOURS = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]*;?[0-9]*H)|\x1b\[\?(?:7|25)[hl]|\r*\n")
_COPY = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")

HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
"""Characters that reorder, join or hide their neighbours, or end lines."""


def check_output(output: bytes, *, copies: bool = False) -> None:
    """Fail on any control character or sequence that the screen has no reason to write.

    Args:
        output: everything that the program has written.
        copies: whether the user copied something, so that OSC 52 is expected.
    """
    text = output.decode()  # a terminal in UTF-8 gets UTF-8
    for control in _CONTROL.finditer(text):
        is_fine = _ALLOWED.fullmatch(control[0]) or (copies and _COPY.fullmatch(control[0]))
        around = text[max(0, control.start() - 60) : control.end() + 60]
        assert is_fine, f"{control[0]!r} went to the terminal, in {around!r}"
    hidden = HIDDEN.search(text)
    assert hidden is None, f"{hidden[0]!r} went to the terminal, in {text[hidden.start() - 60 : hidden.end() + 60]!r}"


def copied(output: bytes) -> list[str]:
    """The base64 of everything that was sent to the terminal's clipboard."""
    return _COPY.findall(output.decode())


def understood(text: str) -> Iterator[str]:
    """``text`` without what moves nothing and colours nothing: the terminal model knows only the rest."""
    at = 0
    for control in _CONTROL.finditer(text):
        yield text[at : control.start()]
        at = control.end()
        if _MOVES_OR_COLOURS.fullmatch(control[0]):
            yield control[0]
    yield text[at:]


def whole(text: str) -> int:
    """How many characters of ``text`` can be understood before more has come."""
    unfinished = _UNFINISHED.search(text)
    return unfinished.start() if unfinished else len(text)
