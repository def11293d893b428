"""How much is sent, and what is not taken for a frame."""

import pytest

from mqtt_tui.tui.terminal_cells import TerminalCells

_GREY = "38;2;143;151;171;48;2;15;18;24"
_TEAL = "38;2;103;216;208;48;2;15;18;24"


def _row(number: str, spark: str) -> str:
    return f"\x1b[3;2H\x1b[1;{_GREY}mhall-1\x1b[0m\x1b[{_TEAL}m {spark} \x1b[0m\x1b[{_GREY}m{number}\x1b[0m\x1b[1;1H"


def changes(*frames: str, height: int = 40) -> str:
    """What the last of ``frames`` sends."""
    cells = TerminalCells()
    sent = ""
    for frame in frames:
        assert cells.paint(frame, height)
        sent = cells.changes()
    return sent


def test_only_cells_that_look_different_are_sent() -> None:
    assert changes(_row("36", "▁▂▃"), _row("37", "▁▂▃")) == f"\x1b[3;14H\x1b[{_GREY}m7\x1b[m\x1b[H"
    assert changes(_row("36", "▁▂▃"), _row("36", "▁▂▃")) == ""


def test_of_a_style_only_what_is_different_is_sent() -> None:
    sent = changes(_row("36", "▁▂▃"), _row("47", "▁▃▄"))
    assert sent == f"\x1b[3;10H\x1b[{_TEAL}m▃▄ \x1b[38;2;143;151;171m47\x1b[m\x1b[H"


def test_a_wide_character_is_followed_by_a_position() -> None:
    assert changes("\x1b[1;1Hab好c\x1b[1;1H") == "\x1b[Hab  \x1b[1;3H好\x1b[1;5Hc\x1b[H"


def test_half_of_a_wide_character_leaves_a_blank() -> None:
    assert changes("\x1b[1;1H好好\x1b[1;1H", "\x1b[1;2Hxx\x1b[1;1H") == "\x1b[H xx \x1b[H"


def test_a_frame_of_all_rows_is_sent_whole() -> None:
    whole = "\x1b[1;1Hone\n\x1b[2;1Htwo\x1b[1;1H"
    assert changes(whole, whole, height=2) == "\x1b[Hone\x1b[2Htwo\x1b[H"
    assert changes("\x1b[3;1Hgone\x1b[1;1H", whole, height=2) == "\x1b[Hone\x1b[2Htwo\x1b[H"


def test_a_row_that_was_painted_before_the_terminal_lost_it_is_not_sent() -> None:
    cells = TerminalCells()
    cells.paint("\x1b[3;1Hgone\x1b[1;1H", 3)  # not sent: the terminal was not reading
    cells.paint("\x1b[1;1Hone\n\x1b[2;1Htwo\x1b[1;1H", 2)
    assert cells.changes() == "\x1b[Hone\x1b[2Htwo\x1b[H"


@pytest.mark.parametrize(
    "other",
    [
        "",
        "text",
        "\x1b[?1049h",
        "\x1b]52;c;QQ==\x07",
        "\x1b[1;1Htext\x1b]8;;x\x1b\\",
        "\x1b[31mtext",
        "\x1b[1;1H\x1b[2J",
        "\x07",
    ],
)
def test_what_is_no_frame_is_left_alone(other: str) -> None:
    cells = TerminalCells()
    assert not cells.paint(other, height=2)
    assert cells.changes() == ""
