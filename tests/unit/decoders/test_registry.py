"""Each message is shown by the decoder that is surest of it, and no decoder can hide one."""

import base64
import gzip
import sys
import zlib
from importlib.metadata import EntryPoint

import pytest

from mqtt_tui.decoders.registry import GROUP, DecoderRegistry
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.topic import TopicFilter
from tests.unit.decoders.messages import message, texts

SHIPPED = {
    "json": "mqtt_tui.decoders.json_text:JsonDecoder",
    "text": "mqtt_tui.decoders.plain_text:TextDecoder",
    "hex": "mqtt_tui.decoders.hex_dump:HexDecoder",
}


def with_plug_in(name: str, value: str) -> DecoderRegistry:
    return DecoderRegistry(EntryPoint(n, v, GROUP) for n, v in {name: value, **SHIPPED}.items())


def test_the_decoders_of_the_package_are_found_by_their_entry_points() -> None:
    assert DecoderRegistry().views() == ["auto", "cbor", "image", "json", "msgpack", "numbers", "text", "xml", "hex"]


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b'{"a":1}', None, "JSON"),
        (b"71.3", None, "JSON"),
        (b'{"a":1}', "text/plain", "text"),
        (b"hello", None, "text"),
        (b"", None, "text"),
        (b"\x00\x01\x02", None, "hex"),
        (b"\x00\x01\x02\x03", None, "numbers"),
        (b"\x81\xa1a\x01", None, "MessagePack"),
        (b"<a/>", None, "XML"),
        (gzip.compress(b'{"a":1}', mtime=0), "application/json", "gzip → JSON"),
        (zlib.compress(b"\xff\xfe\xfd"), None, "zlib → hex"),
        (b"\xff\xfd\xfc", None, "hex"),
    ],
)
def test_the_surest_decoder_shows_a_message(payload: bytes, content_type: str | None, expected: str) -> None:
    decoded = DecoderRegistry().choose(message(payload, content_type=content_type))
    assert decoded.format == expected
    assert not decoded.note.startswith("Shown as")


@pytest.mark.parametrize(("view", "expected"), [("json", "JSON"), ("text", "text"), ("hex", "hex"), (None, "JSON")])
def test_a_named_view_is_taken(view: str | None, expected: str) -> None:
    assert DecoderRegistry().choose(message(b'{"a":1}'), view).format == expected


def test_a_view_that_is_not_installed_is_chosen_automatically() -> None:
    assert DecoderRegistry().choose(message(b'{"a":1}'), "esperanto").format == "JSON"


def test_the_views_that_fit_are_those_in_which_it_can_be_read() -> None:
    registry = DecoderRegistry()
    assert registry.fitting(message(b'{"a":1}')) == ["auto", "json", "text", "hex"]
    assert registry.fitting(message(b'{"a":1,}')) == ["auto", "text", "hex"]
    assert registry.fitting(message(gzip.compress(b"<a/>", mtime=0))) == ["auto", "xml", "text", "hex"]
    assert registry.fitting(message(b"\xff\xfe\xfd")) == ["auto", "hex"]


def with_rules(*rules: tuple[str, str]) -> DecoderRegistry:
    return DecoderRegistry(rules=[(TopicFilter(name), Recipe.parse(recipe)) for name, recipe in rules])


@pytest.mark.parametrize(
    ("rules", "payload", "read_as"),
    [
        ([("a/#", "text")], b'{"a":1}', "text"),
        ([("b", "text"), ("+/b", "hex"), ("#", "text")], b'{"a":1}', "hex"),
        ([("#", "base64 json")], b"eyJhIjoxfQ==", "base64 → JSON"),
        ([("#", "base64 gzip")], base64.b64encode(gzip.compress(b"<a/>", mtime=0)), "base64 → gzip → XML"),
        ([("#", "gzip")], b'{"a":1}', "JSON"),
    ],
)
def test_the_rule_of_the_topic_counts(rules: list[tuple[str, str]], payload: bytes, read_as: str) -> None:
    assert with_rules(*rules).choose(message(payload)).format == read_as


def test_what_a_rule_meets_with_is_told() -> None:
    decoded = with_rules(("#", "gzip json")).choose(message(b"plain"))
    assert decoded.format == "text"
    assert decoded.note.startswith("Shown as text: not gzip")
    decoded = with_rules(("#", "esperanto")).choose(message(b"saluton"))
    assert decoded.note == "Shown as text: no decoder esperanto is installed."


def test_the_payload_as_it_came_can_always_be_seen() -> None:
    packed = gzip.compress(b'{"a":1}', mtime=0)
    decoded = with_rules(("#", "gzip json")).choose(message(packed), "hex")
    assert decoded.format == "hex"
    assert texts(decoded)[0].startswith("00000000  1f 8b 08")


def test_a_bomb_is_read_up_to_a_limit_and_that_is_told() -> None:
    decoded = DecoderRegistry().choose(message(gzip.compress(b"x" * (64 << 20))))
    assert decoded.format == "gzip → text"
    assert "8 MiB" in decoded.note


def test_a_guess_that_fails_is_not_worth_a_word() -> None:
    decoded = DecoderRegistry().choose(message(b"\x93\xff\x01\xff\xff"))
    assert (decoded.format, decoded.note) == ("hex", "")


def test_what_only_looks_like_json_is_shown_as_text_with_the_reason() -> None:
    decoded = DecoderRegistry().choose(message(b'{"a":1,}'))
    assert texts(decoded) == ['{"a":1,}']
    assert decoded.note == "Shown as text: not JSON (line 1, column 8): a key in quotes should come, not }."


def test_a_large_text_is_shown_with_the_reason_and_what_is_hidden() -> None:
    decoded = DecoderRegistry().choose(message(b"[" + b"1," * 1_000_000 + b"1]"), "text")
    assert decoded.format == "text"
    assert decoded.note == "The first 1 MiB of 2,000,003 bytes is shown; hex has all."


def test_the_view_that_was_asked_for_says_why_it_is_not_there() -> None:
    decoded = DecoderRegistry().choose(message(b"\xff\x00\x01"), "json")
    assert (decoded.format, decoded.note) == ("hex", "Shown as hex: not UTF-8 text (byte 0 is 0xff).")


def test_a_plug_in_is_imported_only_when_somebody_looks() -> None:
    module = "tests.unit.decoders.faulty"
    sys.modules.pop(module, None)
    registry = with_plug_in("greedy", f"{module}:Greedy")
    assert registry.views() == ["auto", "greedy", "json", "text", "hex"]
    assert registry.choose(message(b"x"), "hex").format == "hex"
    assert module not in sys.modules
    assert registry.choose(message(b"x")).format == "greedy"
    assert module in sys.modules


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("Raising", "ValueError: bad ␛[31m frame"),
        ("Exiting", "SystemExit: 3"),
        ("Recursing", "RecursionError: maximum recursion depth exceeded"),
        ("Returning", "TypeError: it returned str in place of Decoded"),
    ],
)
def test_a_decoder_that_fails_costs_no_message(fault: str, reason: str) -> None:
    registry = with_plug_in("plug-in", f"tests.unit.decoders.faulty:{fault}")
    for _ in range(2):
        decoded = registry.choose(message(b'{"a":1}'))
        assert decoded.format == "JSON"
        assert decoded.note == f"Shown as JSON: the decoder plug-in failed ({reason})."
    assert registry.faults["plug-in"].count == 2
    assert reason in registry.faults["plug-in"].reason


def test_a_decoder_that_cannot_say_how_sure_it_is_is_left_out_and_counted() -> None:
    registry = with_plug_in("plug-in", "tests.unit.decoders.faulty:Unsure")
    assert registry.choose(message(b'{"a":1}')).format == "JSON"
    assert registry.faults["plug-in"].count == 1


@pytest.mark.parametrize("value", ["tests.unit.decoders.nowhere:Decoder", "tests.unit.decoders.faulty:Missing"])
def test_a_decoder_that_cannot_be_imported_is_tried_once_and_says_why_when_asked_for(value: str) -> None:
    registry = with_plug_in("plug-in", value)
    assert registry.choose(message(b"hello")).note == ""
    decoded = registry.choose(message(b"hello"), "plug-in")
    assert decoded.format == "text"
    assert decoded.note.startswith("Shown as text: the decoder plug-in failed (")
    assert registry.faults["plug-in"].count == 1


def test_declining_is_no_fault() -> None:
    registry = with_plug_in("plug-in", "tests.unit.decoders.faulty:Declining")
    assert registry.choose(message(b"hello")).note == "Shown as text: not greedy enough."
    assert not registry.faults
