"""A program as a decoder."""

import time

import pytest

from mqtt_tui.decoders import command
from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.command import read_with
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.topic import TopicFilter
from tests.unit.decoders.messages import message, texts


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def test_what_it_writes_is_shown_safely() -> None:
    decoded = read_with(["rev"], b"olleh\n]m13[\x1b")
    assert (decoded.format, texts(decoded)) == ("| rev", ["hello", "␛[31m]"])


@pytest.mark.parametrize("payload", [b"", b"x" * 3_000_000], ids=["empty", "large"])
def test_it_gets_all_of_the_payload(payload: bytes) -> None:
    assert texts(read_with(["wc", "-c"], payload)) == [str(len(payload))]


def test_it_need_not_read_all() -> None:
    assert texts(read_with(["head", "-c", "3"], b"x" * 3_000_000)) == ["xxx"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no \x1b[31m such field' >&2; exit 3", "sh failed (3): no ␛[31m such field"),
        ("printf '\\377'", "sh wrote no UTF-8 text (byte 0)"),
        ("sleep 600", "sh took longer than 0.5 s"),
        ("trap '' TERM; while :; do :; done", "sh took longer than 0.5 s"),
        ("exec >&- 2>&-; sleep 600", "sh does not end"),
    ],
)
def test_what_goes_wrong_is_told(script: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PATIENCE", 0.5)
    began = time.monotonic()
    with pytest.raises(NotDecodable) as failed:
        read_with(shell(script), b"x")
    assert failed.value.message == reason
    assert time.monotonic() - began < 10


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(NotDecodable, match="no-such-program cannot be run: No such file"):
        read_with(["no-such-program"], b"x")


def test_one_that_never_stops_writing_is_cut() -> None:
    decoded = read_with(["yes"], b"x")
    assert "The first 4 MiB of what it wrote are shown." in decoded.note


def test_a_rule_reads_with_it_and_falls_back() -> None:
    registry = DecoderRegistry(rules=[(TopicFilter("a/#"), Recipe.parse("base64 | tr a-z A-Z"))])
    slowly = registry.slow_reading(message(b"aGVsbG8="))
    assert slowly is not None
    decoded = slowly()
    assert decoded is not None
    assert (decoded.format, texts(decoded)) == ("base64 → | tr", ["HELLO"])
    failing = DecoderRegistry(rules=[(TopicFilter("#"), Recipe.parse("| false"))]).slow_reading(message(b"{}"))
    assert failing is not None
    decoded = failing()
    assert decoded is not None
    assert (decoded.format, decoded.note) == ("JSON", "Shown as JSON: false failed (1).")
