"""What is copied reaches the terminal at once, and the desktop if its tool works."""

import os
import time
from pathlib import Path

import pytest
from textual.app import App

from mqtt_tui.errors import LocalError
from mqtt_tui.tui.clipboard import Clipboard

TEXT = "a/\x1b[31m é\n"
LONG = b"x" * 100_000


def desktop(folder: Path, script: str | None) -> Clipboard:
    """A clipboard on a desktop whose xclip is ``script``; None: it has no tool."""
    if script is not None:
        tool = folder / "xclip"
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
    return Clipboard({"DISPLAY": ":0", "PATH": str(folder)})


async def test_a_tool_gets_the_exact_bytes(tmp_path: Path) -> None:
    app = App[None]()
    clipboard = desktop(tmp_path, f"exec /bin/cat > {tmp_path}/copied")
    assert await clipboard.copy(app, TEXT.encode()) == ""
    assert app.clipboard == TEXT
    assert (tmp_path / "copied").read_bytes() == TEXT.encode()
    assert await clipboard.copy(app, LONG) == ""
    assert (tmp_path / "copied").read_bytes() == LONG
    assert app.clipboard == TEXT


async def test_bytes_that_are_no_text_are_copied_as_hex_and_that_is_said(tmp_path: Path) -> None:
    app = App[None]()
    assert await desktop(tmp_path, None).copy(app, b"\xff\x00") == "not UTF-8: copied as hex"
    assert app.clipboard == "ff 00"


async def test_a_tool_that_hangs_is_ended_and_the_terminal_has_the_text_before(tmp_path: Path) -> None:
    app = App[None]()
    clipboard = desktop(tmp_path, f"echo $$ > {tmp_path}/pid; exec /bin/sleep 100")
    began = time.monotonic()
    said = await clipboard.copy(app, TEXT.encode())
    assert said == "in the terminal only: xclip did not take it within 2 s"
    assert time.monotonic() - began < 20
    assert app.clipboard == TEXT
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_tool_that_fails_is_named(tmp_path: Path) -> None:
    said = await desktop(tmp_path, "exit 3").copy(App[None](), TEXT.encode())
    assert said == "in the terminal only: xclip failed"


async def test_a_tool_that_does_not_start_is_named(tmp_path: Path) -> None:
    clipboard = desktop(tmp_path, "")
    (tmp_path / "xclip").write_text("#!/no/such/shell\n")
    app = App[None]()
    said = await clipboard.copy(app, TEXT.encode())
    assert said == "in the terminal only: xclip does not start: No such file or directory"
    with pytest.raises(LocalError, match="too long for the terminal's clipboard"):
        await clipboard.copy(app, LONG)


async def test_without_a_tool_what_is_too_long_for_the_terminal_is_refused(tmp_path: Path) -> None:
    app = App[None]()
    clipboard = desktop(tmp_path, None)
    assert await clipboard.copy(app, TEXT.encode()) == ""
    assert app.clipboard == TEXT
    with pytest.raises(LocalError, match="Not copied") as refusal:
        await clipboard.copy(app, LONG)
    assert refusal.value.hint == "Export it instead."
