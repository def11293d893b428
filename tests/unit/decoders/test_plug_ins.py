"""Decoders of others read messages, and stop nothing whatever they do."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt_tui.decoders import plug_ins
from mqtt_tui.decoders.base import Decoded
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.topic import TopicFilter
from tests.support.plug_ins import install
from tests.unit.decoders.messages import message, texts


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[DecoderRegistry]:
    registry = DecoderRegistry()
    yield registry
    registry.close()


def read(registry: DecoderRegistry, payload: bytes, view: str | None = None) -> Decoded:
    slowly = registry.slow_reading(message(payload), view)
    decoded = slowly() if slowly else None
    return decoded or registry.choose(message(payload), view)


def test_a_plug_in_reads_what_it_is_surest_of(
    registry: DecoderRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, upper="Good")
    assert "upper" in registry.views()
    decoded = read(registry, b"up:hello")
    assert (decoded.format, decoded.note) == ("upper", "by a/b")
    assert texts(decoded) == ["HELLO[/]␛[31m"], "nothing that a terminal would obey"
    assert read(registry, b"hello").format == "text"
    assert read(registry, b'{"a":1}').format == "JSON"
    assert read(registry, b"up:hello", "text").format == "text"
    declined = read(registry, b"hello", "upper")
    assert (declined.format, declined.note) == ("text", "Shown as text: it does not begin with up:.")


def test_a_rule_names_a_plug_in_behind_a_step(
    registry: DecoderRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, upper="Good")
    registry.rules.append((TopicFilter("#"), Recipe.parse("base64 upper")))
    assert read(registry, b"dXA6aGVsbG8=").format == "base64 → upper"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("Raises", "the decoder bad failed (ValueError: bad ␛[31m frame)"),
        ("Hangs", "the decoder bad was ended: it took longer than 0.5 s"),
        ("Sleeps", "nothing reads it"),
        ("Returns", "the decoder bad failed (MemoryError"),
        ("Leaves", "the decoder bad was ended: it ended its process"),
        ("Lies", "the decoder bad failed (ValidationError"),
        ("nowhere:Decoder", "the decoder bad failed (ModuleNotFoundError: No module named 'nowhere')"),
    ],
)
def test_a_bad_one_stops_nothing(
    registry: DecoderRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    monkeypatch.setattr(plug_ins, "PATIENCE", 0.5 if kind in ("Hangs", "Sleeps") else 10.0)
    install(tmp_path, monkeypatch, bad=kind)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    decoded = read(registry, b"hello", "bad")
    if kind != "Sleeps":
        assert decoded.format == "text"
        assert decoded.note.startswith(f"Shown as text: {reason}")
        assert reason in registry.plug_ins.faults["bad"]
    assert read(registry, b'{"a":1}').format == "JSON", "also where it is not asked for"
    assert time.monotonic() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10, "KiB"


def test_one_that_is_ended_again_and_again_is_not_asked_any_more(
    registry: DecoderRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug_ins, "PATIENCE", 0.3)
    install(tmp_path, monkeypatch, bad="Hangs")
    notes = [read(registry, b"hello", "bad").note for _ in range(4)]
    assert "it took longer than 0.3 s" in notes[2]
    assert "plug-ins had to be ended too often" in notes[3]


def test_of_very_many_lines_the_first_are_shown(
    registry: DecoderRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug_ins, "PATIENCE", 30.0)
    install(tmp_path, monkeypatch, endless="Endless")
    decoded = read(registry, b"hello", "endless")
    assert "it answered with" in decoded.note or "9,980,000 more lines are left out." in decoded.note
