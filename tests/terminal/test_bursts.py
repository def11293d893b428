"""Keys that arrive faster than a dialog closes: a paste, a held key, a slow line."""

import pytest

from tests.terminal.conftest import OpenScreen


@pytest.mark.parametrize(
    "burst",
    ["\x14\r\r\x1b", "?ab\x1bcd\x1b", "sab\r\r\x1b\x1b", "\x07ab\r\r\x1b", "pab\x1b\x1b"],
    ids=["themes", "help", "subscriptions", "go to", "publish"],
)
async def test_keys_in_one_burst_end_nothing(screen: OpenScreen, burst: str) -> None:
    async with screen("demo", columns=80, rows=24) as terminal:
        await terminal.wait_for("building")
        terminal.type(burst * 5)
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
