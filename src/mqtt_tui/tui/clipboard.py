"""Copying: through the terminal, and through the desktop where there is one."""

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

_TOOLS = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
    ("clip.exe",),
)
_LONGEST_OSC_52 = 74_994
"""Bytes that xterm and tmux take in one OSC 52 sequence (100,000 of base64, less the frame)."""
_PATIENCE = 2.0
"""Seconds that a tool has: without its desktop it may wait for ever."""


class Clipboard:
    """Where copied text goes: OSC 52 reaches the user's own machine through SSH, a local tool backs it up.

    Args:
        environment: decides whether a desktop is there, and where its tool is found.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._tool = _tool_of_desktop(environment)

    async def copy(self, app: App[Any], data: bytes) -> str:
        """Copy ``data`` exactly; what the user should know about it, empty where all went well.

        The terminal has it before anything is waited for. Bytes that are not UTF-8 cannot go through OSC 52
        everywhere and are copied as a hex string. Cancelling it ends the tool.

        Raises:
            LocalError: too long for the terminal, and no tool took it.
        """
        try:
            text, said = data.decode(), ""
        except UnicodeDecodeError:
            text, said = data.hex(" "), "not UTF-8: copied as hex"
        raw = text.encode()
        is_in_terminal = len(raw) <= _LONGEST_OSC_52
        if is_in_terminal:
            app.copy_to_clipboard(text)
        failure = await _hand_over(self._tool, raw) if self._tool else ""
        if is_in_terminal:
            return "; ".join(filter(None, (said, f"in the terminal only: {failure}" if failure else "")))
        if failure or not self._tool:
            too_long = f"too long for the terminal's clipboard ({len(raw):,} of {_LONGEST_OSC_52:,} bytes)"
            raise LocalError(f"Not copied: {'; '.join(filter(None, (too_long, failure)))}.", hint="Export it instead.")
        return said


def _tool_of_desktop(environment: dict[str, str]) -> tuple[str, ...]:
    """The command that takes what is copied, its program with the whole path; empty where there is none."""
    if sys.platform == "win32":  # whose loop that can watch MQTT's socket starts no programs
        return ()
    if sys.platform != "darwin" and not (environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")):
        return ()
    for name, *options in _TOOLS:
        if program := shutil.which(name, path=environment.get("PATH")):
            return program, *options
    return ()


async def _hand_over(tool: tuple[str, ...], data: bytes) -> str:
    """Give ``data`` to ``tool``; why it did not take it, empty if it did."""
    name = Path(tool[0]).name
    try:
        process = await asyncio.create_subprocess_exec(*tool, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    except OSError as error:
        return f"{name} does not start: {display_text(error.strerror or str(error))}"
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.communicate(data)
    except TimeoutError:
        return f"{name} did not take it within {_PATIENCE:g} s"
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended
                process.kill()
            await process.wait()
    return f"{name} failed" if process.returncode else ""
