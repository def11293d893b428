"""The check that the other tests here rely on finds what it is there for."""

import pytest

from tests.support.escape_sequences import check_output, copied
from tests.support.hostile_publisher import C1, CLIPBOARD, CSI, LINK, NOTIFY, TITLE


@pytest.mark.parametrize(
    "hostile",
    [
        *(
            TITLE,
            NOTIFY,
            LINK,
            CLIPBOARD,
            C1,
            CSI,
            "\x1b]0;unfinished",
            "\x1b[2J",
            "\x1b",
            "\x07",
            "\x08",
            "\x7f",
            "\x85",
        ),
        *("\u202e", "\u200b", "\u2028", "\ufeff"),
    ],
)
def test_what_commands_or_deceives_is_found(hostile: str) -> None:
    with pytest.raises(AssertionError):
        check_output(f"\x1b[1;1Hbefore\x1b[0m{hostile}after".encode())


def test_what_the_screen_writes_is_fine() -> None:
    check_output("\x1b[?1049h\x1b[?25l\x1b[>25u\x1b[1;1H\x1b[38;2;1;2;3;48;5;7m▌größe\x1b[0m\r\n\x1b[?1049l".encode())
    check_output(CLIPBOARD.encode(), copies=True)
    assert copied(CLIPBOARD.encode()) == ["T1dORUQ="]
