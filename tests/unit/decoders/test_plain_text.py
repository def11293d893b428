"""Text is shown line by line, whole as far as it is shown, and never as something else."""

import codecs
import time

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, NotDecodable
from mqtt_tui.decoders.plain_text import SHOWN, TextDecoder
from tests.unit.decoders.messages import message, text_of, texts


def test_lines_end_at_line_feeds_and_tabs_become_blanks() -> None:
    assert texts(TextDecoder().decode(message(b"a\tb\nGr\xc3\xbc\xc3\x9fe\n"))) == ["a   b", "Grüße", ""]


def test_windows_line_ends_are_named_and_a_lone_carriage_return_is_visible() -> None:
    decoded = TextDecoder().decode(message(b"a\r\nb\rc\r"))
    assert texts(decoded) == ["a", "b␍c␍"]
    assert decoded.note == "Lines end with CR LF."


def test_control_characters_and_markup_are_only_text() -> None:
    decoded = TextDecoder().decode(message("\x1b]0;owned\x07 [@click=app.quit]x[/] \x9b31m\u202e".encode()))
    assert texts(decoded) == ["␛]0;owned␇ [@click=app.quit]x[/] \\x9b31m\\u202e"]


def test_a_long_line_is_cut_into_rows_and_no_character_is_lost() -> None:
    line = "0123456\r" * 2000
    rows = texts(TextDecoder().decode(message(line.encode())))
    assert [len(row) for row in rows] == [LONGEST_ROW] * 3 + [16000 - 3 * LONGEST_ROW]
    assert "".join(rows) == line.replace("\r", "␍")


def test_twenty_megabytes_cost_what_is_looked_at_and_say_what_is_hidden() -> None:
    payload = "Wärmetauscher\n".encode() * 1_400_000
    whole = message(payload)
    begun = time.thread_time()
    decoded = TextDecoder().decode(whole)
    shown = [text_of(line) for line in decoded.lines[:50]]
    assert time.thread_time() - begun < 0.3
    assert shown == ["Wärmetauscher"] * 50
    assert decoded.note == f"The first 1 MiB of {len(payload):,} bytes is shown; hex has all."


def test_the_cut_goes_through_no_character() -> None:
    payload = b"x" * (SHOWN - 1) + "é".encode()
    assert "".join(texts(TextDecoder().decode(message(payload)))) == "x" * (SHOWN - 1)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"ab\xffc", "not UTF-8 text (byte 2 is 0xff)"),
        (b"caf\xc3", "not UTF-8 text (byte 3 is 0xc3)"),
        (b"\x2a\x00\x00\x00", "mostly control characters"),
    ],
)
def test_what_is_no_text_is_declined_with_the_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(NotDecodable) as failure:
        TextDecoder().decode(message(payload))
    assert failure.value.message == reason


@pytest.mark.parametrize(
    ("payload", "content_type", "indicator", "expected"),
    [
        (b"on\x00", None, None, 50),
        (b"\x00\x01\x02", None, None, 0),
        (b"\xff", None, None, 0),
        (b"", None, None, 50),
        (b"on", None, 1, 70),
        (b"on", "text/plain", None, 90),
        ("é".encode() * 400, None, None, 50),
    ],
)
def test_text_is_recognised_by_what_is_declared_or_by_its_first_bytes(
    payload: bytes, content_type: str | None, indicator: int | None, expected: int
) -> None:
    assert TextDecoder().accepts(message(payload, content_type=content_type, indicator=indicator)) == expected


def noted(payload: bytes, content_type: str | None = None) -> tuple[list[str], str]:
    decoded = TextDecoder().decode(message(payload, content_type=content_type))
    assert decoded.format == "text"
    return texts(decoded), decoded.note


@pytest.mark.parametrize(
    ("mark", "codec", "title"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE"),
    ],
)
def test_a_byte_order_mark_says_the_encoding_and_is_no_part_of_the_text(mark: bytes, codec: str, title: str) -> None:
    payload = mark + "Grüße\n😀\x1b".encode(codec)
    assert noted(payload) == (["Grüße", "😀␛"], f"In {title}, by its byte order mark.")
    assert TextDecoder().accepts(message(mark + "Grüße\n😀".encode(codec))) == 50


@pytest.mark.parametrize(
    ("charset", "codec", "title"),
    [
        ("ISO-8859-1", "latin-1", "ISO 8859-1"),
        ("latin-1", "latin-1", "ISO 8859-1"),
        ("iso-8859-15", "iso8859-15", "ISO 8859-15"),
        ("iso_8859-16", "iso8859-16", "ISO 8859-16"),
        ('"windows-1252"', "cp1252", "Windows-1252"),
        ("UTF-16", "utf-16-be", "UTF-16 BE"),
        ("utf-16le", "utf-16-le", "UTF-16 LE"),
        ("cp437", "cp437", "code page 437"),
    ],
)
def test_a_charset_says_the_encoding(charset: str, codec: str, title: str) -> None:
    content_type = f"text/plain; format=flowed; Charset={charset}"
    assert noted("Größe".encode(codec), content_type) == (["Größe"], f"In {title}, by its content type.")


@pytest.mark.parametrize("charset", ["shift_jis", "EUC-JP", "gb18030", "Big5"])
def test_encodings_of_the_east_are_read(charset: str) -> None:
    assert noted("中文\x07".encode(charset), f"text/plain;charset={charset}")[0] == ["中文␇"]


def test_a_charset_of_utf8_is_nothing_to_remark() -> None:
    assert noted("é".encode(), "text/plain; charset=utf-8") == (["é"], "")


def test_an_unknown_charset_is_named_and_reaches_no_import() -> None:
    shown, note = noted("é".encode(), "text/plain; charset=idna\u202e")
    assert shown == ["é"]
    assert note == "The content type's charset is unknown here (idna\\u202e); read as UTF-8."


@pytest.mark.parametrize("charset", ["zlib_codec", "rot13", "unicode_escape", "utf-7", "mbcs", "punycode"])
def test_codecs_that_are_no_charsets_are_not_used(charset: str) -> None:
    assert noted(b"a\\x41b+AGE-", f"text/plain; charset={charset}")[0] == ["a\\\\x41b+AGE-"]


def test_a_byte_order_mark_is_believed_before_the_charset() -> None:
    payload = codecs.BOM_UTF16_BE + "on".encode("utf-16-be")
    assert noted(payload, "text/plain; charset=utf-16le") == (["on"], "In UTF-16 BE, by its byte order mark.")


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b"caf\xe9", "text/plain; charset=ascii", "not ASCII text (byte 3 is 0xe9)"),
        (b"a\x81", "text/plain; charset=windows-1252", "not Windows-1252 text (byte 1 is 0x81)"),
        (b"\xff\xfea\x00\x00\xdcb\x00", None, "not UTF-16 LE text (byte 4 is 0x00)"),
        (b"\x00\x00\xfe\xff\x00\x11\x00\x00", None, "not UTF-32 BE text (byte 4 is 0x00)"),
        (b"\x00a\x00", "text/plain; charset=utf-16be", "not UTF-16 BE text (byte 2 is 0x00)"),
        (b"\xff\xfea\x00\x00", None, "not UTF-8 text (byte 0 is 0xff)"),
        (b"\x82\xa0\x82", "text/plain; charset=shift_jis", "not Shift JIS text (byte 2 is 0x82)"),
        (b"caf\xe9", None, "not UTF-8 text (byte 3 is 0xe9)"),
        (b"\xff\xfe\x01\x00\x02\x00", None, "mostly control characters"),
    ],
)
def test_what_the_encoding_lacks_is_refused_with_its_byte(
    payload: bytes, content_type: str | None, expected: str
) -> None:
    with pytest.raises(NotDecodable) as failure:
        TextDecoder().decode(message(payload, content_type=content_type))
    assert failure.value.message == expected


@pytest.mark.parametrize(
    ("content_type", "codec", "mark", "character", "room"),
    [
        (None, "utf-16-le", codecs.BOM_UTF16_LE, "😀", 2),  # between its surrogates
        ("text/plain; charset=gb18030", "gb18030", b"", "😀", 2),
        ("text/plain; charset=shift_jis", "shift_jis", b"", "あ", 1),
    ],
)
def test_the_cut_goes_through_no_character_of_any_encoding(
    content_type: str | None, codec: str, mark: bytes, character: str, room: int
) -> None:
    unit = "x".encode(codec)
    filling = (SHOWN - len(mark) - room) // len(unit)
    payload = mark + unit * filling + character.encode(codec) * 2
    shown, note = noted(payload, content_type)
    assert "".join(shown) == "x" * filling
    assert note.endswith(f"The first 1 MiB of {len(payload):,} bytes is shown; hex has all.")


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b"\xff\xfe\x01\x02\x03\x00", None, 0),
        (b"\xff\xfea\x00\x00", None, 0),
        (b"caf\xe9", "application/x-log; charset=latin-1", 50),
        (b"caf\xe9", "application/x-log", 0),
    ],
)
def test_a_declared_encoding_is_looked_through(payload: bytes, content_type: str | None, expected: int) -> None:
    assert TextDecoder().accepts(message(payload, content_type=content_type)) == expected
