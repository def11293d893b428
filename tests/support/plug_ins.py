"""Decoders of others, installed for a test as pip would."""

from pathlib import Path

import pytest

MODULE = """
import time
from mqtt_tui.decoders.base import Decoded, NotDecodable, Token

class Good:
    name = title = "upper"
    def accepts(self, message):
        return 60 if message.payload.startswith(b"up:") else 0
    def decode(self, message):
        if not message.payload.startswith(b"up:"):
            raise NotDecodable("it does not begin with up:")
        print("noise")
        text = message.payload[3:].decode().upper()
        return Decoded("upper", [((Token.STRING, text), (Token.NOTE, "[/]\\x1b[31m"))], "by " + message.topic_name)

class Raises(Good):
    def accepts(self, message):
        return 100
    def decode(self, message):
        raise ValueError("bad \\x1b[31m frame")

class Hangs(Raises):
    def decode(self, message):
        while True:
            pass

class Sleeps(Raises):
    def accepts(self, message):
        time.sleep(3600)

class Returns(Raises):
    def decode(self, message):
        return Decoded("huge", [((Token.PLAIN, "x" * (1 << 30)),)])

class Endless(Raises):
    def decode(self, message):
        return Decoded("endless", [((Token.PLAIN, "x" * 1000),)] * 10_000_000)

class Leaves(Raises):
    def decode(self, message):
        import os
        os._exit(3)

class Lies(Raises):
    def decode(self, message):
        return Decoded(None, [[("nonsense", 7)]], object())
"""


def install(directory: Path, monkeypatch: pytest.MonkeyPatch, **entries: str) -> None:
    """Install decoders, by name the class of the module above or ``module:Class``, in front of what is installed."""
    (directory / "others_decoders.py").write_text(MODULE)
    information = directory / "others_decoders-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: others-decoders\nVersion: 1.0\n")
    lines = [f"{name} = {value if ':' in value else f'others_decoders:{value}'}" for name, value in entries.items()]
    (information / "entry_points.txt").write_text("\n".join(["[mqtt_tui.decoders]", *lines]) + "\n")
    monkeypatch.syspath_prepend(directory)
    monkeypatch.setenv("PYTHONPATH", str(directory))
