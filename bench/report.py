"""Results as Markdown, and the machine that they are from."""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from textwrap import fill

from bench.peer import library_version
from bench.result import Section

_LIBRARIES = ("textual", "aiomqtt", "paho-mqtt", "gmqtt", "zmqtt", "amqtt")


def machine() -> str:
    """What the figures depend on."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    processor = models[0].partition(": ")[2] if models else platform.machine()
    libraries = [f"{name} {found}" for name in _LIBRARIES if (found := library_version(name))]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.release()}"
    return ", ".join([f"{os.cpu_count()} × {processor}", system, python, *libraries, *_mosquitto()])


def _mosquitto() -> list[str]:
    path = shutil.which("mosquitto_sub")
    if path is None:
        return []
    words = subprocess.run([path, "--help"], check=False, capture_output=True, text=True).stdout.splitlines()
    return [next((line.partition(" running")[0] for line in words if " version " in line), "mosquitto_sub")]


def lines(found: Section) -> list[str]:
    """A section in Markdown."""
    rows = [found.columns, *found.rows]
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(found.columns))]
    table = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [f"## {found.title}", "", fill(found.note, 120), "", table[0], rule, *table[1:], ""]
