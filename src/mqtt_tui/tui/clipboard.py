"""Copying: through the terminal, and through the desktop where there is one."""

import shutil
import subprocess
import sys
from typing import Any

from textual.app import App

_TOOLS = (
    ("wl-copy", ("wl-copy",)),
    ("xclip", ("xclip", "-selection", "clipboard")),
    ("xsel", ("xsel", "--clipboard", "--input")),
    ("pbcopy", ("pbcopy",)),
    ("clip.exe", ("clip.exe",)),
)
_LONGEST_OSC_52 = 74_994
"""Bytes that xterm and tmux take in one OSC 52 sequence (100,000 of base64, less the frame)."""


class Clipboard:
    """Where copied text goes: OSC 52 reaches the user's own machine through SSH, a local tool backs it up.

    Args:
        environment: decides whether a desktop is there.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        has_desktop = sys.platform == "darwin" or bool(environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"))
        found = [command for name, command in _TOOLS if shutil.which(name)] if has_desktop else []
        self._tool = found[0] if found else None

    def copy(self, app: App[Any], data: bytes) -> str:
        """Copy ``data`` exactly; what the user should know about it, empty where all went well.

        Bytes that are not UTF-8 cannot go through OSC 52 everywhere and are copied as a hex string.
        """
        try:
            text, said = data.decode(), ""
        except UnicodeDecodeError:
            text, said = data.hex(" "), "not UTF-8: copied as hex"
        raw = text.encode()
        if len(raw) <= _LONGEST_OSC_52:
            app.copy_to_clipboard(text)
        elif self._tool is None:
            return (
                f"too long for the terminal's clipboard ({len(raw):,} of {_LONGEST_OSC_52:,} bytes): export it instead"
            )
        if self._tool is not None:
            subprocess.run(  # noqa: S603  a fixed command, no shell; what is copied goes through its stdin
                self._tool, input=raw, timeout=2, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        return said
