"""The installed program as users start it, with a home of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 20.0
COMMAND = str(Path(sys.executable).with_name("mqtt-tui"))


class Program:
    """Starts ``mqtt-tui``; configuration and data are in ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("MQTT_TUI_", "LC_", "COLUMNS"))
        } | {
            "MQTT_TUI_CONFIG_DIR": str(home / "config"),
            "MQTT_TUI_DATA_DIR": str(home / "data"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401  of subprocess
        """Run it to its end; stdin is empty."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        options["env"] = self.environment | options.pop("env", {})
        return subprocess.run(
            [COMMAND, *arguments], check=False, encoding="utf-8", timeout=SECONDS, cwd=self.home, **options
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start it; the caller ends it."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
            cwd=self.home,
            preexec_fn=_listen_to_signals,  # noqa: PLW1509  one call, in a test
        )


def _listen_to_signals() -> None:
    """Whoever started the tests may have told them to ignore Ctrl+C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
