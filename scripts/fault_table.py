"""Writes docs/faults.md: what ``profiles check`` says of every fault, by putting each one up."""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from mqtt_tui.connection.check import check
from mqtt_tui.connection.check_report import Verdict
from tests.support.faults import FAULTS, Fault, staged

PAGE = Path("docs/faults.md")
_HEAD = """\
# What is said when there is no connection

`mqtt-tui profiles check NAME|URL` connects as the program does and tells how each step went; `t` on the connections
screen and `F5` in the profile editor show the same. Nothing is subscribed to, and the client identifier is random, so
that nobody who uses the profile is pushed out. With `--json` it prints one object; the exit code is that of the
failure: 2 a value, 3 no connection, 4 refused by the broker, 7 something on this machine.

Each row is a fault that the tests put up for real, with what is said of it (`make docs` makes the page again).

| fault | step | exit code | what is said | what to do |
|---|---|---|---|---|
"""


async def _row(fault: Fault, directory: Path) -> str:
    with staged(fault, directory) as profile:
        report = await check(profile)
    failed = next(step for step in report.steps if step.verdict is Verdict.FAILED)
    said, hint = (_steady(text, directory) for text in (failed.message, failed.hint))
    exit_code = fault.exit_code if report.error is None else report.error.exit_code
    return f"| {fault.title} | {failed.title} | {exit_code:d} | {said} | {hint} |"


def _steady(text: str, directory: Path) -> str:
    """Without what differs each time."""
    text = text.replace(str(directory), "…")
    text = re.sub(r"clock says [0-9: -]+ UTC", "clock says … UTC", text)
    return re.sub(r"(127\.0\.0\.1):[0-9]{2,5}", r"\1:PORT", text).replace("|", "\\|")


async def _page() -> str:
    rows = []
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as directory:
            rows.append(await _row(fault, Path(directory)))
    return _HEAD + "\n".join(rows) + "\n"


def main() -> int:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(asyncio.run(_page()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
