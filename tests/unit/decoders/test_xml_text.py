"""XML is indented and otherwise shown as it was written; nothing in it is resolved."""

import time

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, NotDecodable, Token
from mqtt_tui.decoders.structure import AT_ONCE, DEEPEST_INDENT
from mqtt_tui.decoders.xml_text import LARGEST, XmlDecoder
from tests.unit.decoders.messages import complete, message, text_of, texts


def decode(text: str | bytes, content_type: str | None = None) -> Decoded:
    payload = text.encode() if isinstance(text, str) else text
    return complete(XmlDecoder().decode(message(payload, content_type=content_type)))


def reason(text: str | bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(text)
    return failure.value.message


def test_elements_are_indented_and_those_with_a_short_text_stay_on_a_line() -> None:
    decoded = decode(
        '<site id="7"><name>Halle &amp; Hof</name><empty></empty><off/>\n<tank><c>71.3</c></tank></site>\n'
    )
    assert texts(decoded) == [
        '<site id="7">',
        "  <name>Halle &amp; Hof</name>",
        "  <empty></empty>",
        "  <off/>",
        "  <tank>",
        "    <c>71.3</c>",
        "  </tank>",
        "</site>",
    ]
    assert (decoded.format, decoded.note) == ("XML", "")


def test_names_values_brackets_text_and_comments_are_told_apart() -> None:
    lines = decode("<a  b='1'>x &lt;</a><!-- c -->").lines
    assert lines[0][1:] == (
        (Token.PUNCTUATION, "<"),
        (Token.KEY, "a"),
        (Token.PLAIN, " "),
        (Token.KEY, "b"),
        (Token.PUNCTUATION, "="),
        (Token.STRING, "'1'"),
        (Token.PUNCTUATION, ">"),
        (Token.PLAIN, "x &lt;"),
        (Token.PUNCTUATION, "</"),
        (Token.KEY, "a"),
        (Token.PUNCTUATION, ">"),
    )
    assert lines[1][1:] == ((Token.NOTE, "<!-- c -->"),)


def test_what_is_no_element_is_shown_as_it_was_written() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE a [\n  <!ENTITY b "]>">\n  <!-- \' --> %p;\n]><a><?go on?><![CDATA[<b>\n'
        "\t&]]>x<!-- 1\n   2 --></a>"
    )
    assert texts(decode(text)) == [
        '<?xml version="1.0"?>',
        "<!DOCTYPE a [",
        '  <!ENTITY b "]>">',
        "  <!-- ' --> %p;",
        "]>",
        "<a>",
        "  <?go on?>",
        "  <![CDATA[<b>",
        "      &]]>",
        "  x",
        "  <!-- 1",
        "  2 -->",
        "</a>",
    ]


def test_a_short_cdata_section_stays_with_its_element() -> None:
    assert texts(decode("<a><b><![CDATA[</b>]]></b></a>"))[1] == "  <b><![CDATA[</b>]]></b>"


def test_a_text_on_several_lines_or_beside_elements_has_rows_of_its_own() -> None:
    assert texts(decode("<p>\r\n  one\r\n\r\n  two <b>x</b>!\n</p>")) == [
        "<p>",
        "  one",
        "  ",
        "  two",
        "  <b>x</b>",
        "  !",
        "</p>",
    ]


def test_attributes_on_lines_of_their_own_stay_there() -> None:
    assert texts(decode('<r><a\n   b="1"  c="2\n3"\n/></r>')) == ["<r>", "  <a", '    b="1" c="2␊3"', "    />", "</r>"]


def test_entities_that_would_expand_to_a_billion_are_only_text() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    text = f'<!DOCTYPE l [<!ENTITY l0 "lol">{levels}<!ENTITY f SYSTEM "file:///etc/hostname">]><l>&l19;&f;</l>'
    begun = time.thread_time()
    assert texts(decode(text))[-1] == "<l>&l19;&f;</l>"
    assert time.thread_time() - begun < 0.1


def test_hostile_characters_become_visible() -> None:
    assert texts(decode("<a b='\x1b[2J\u202e'>\x9b\x07\\x9b</a>")) == ["<a b='␛[2J\\u202e'>\\x9b␇\\\\x9b</a>"]


def test_a_hundred_thousand_levels_do_no_harm() -> None:
    depth = 100_000
    decoded = decode("<a>" * depth + "</a>" * depth)
    assert decoded.note == f"{depth:,} levels deep; the indentation stops at {DEEPEST_INDENT}."
    assert len(decoded.lines) == depth * 2 - 1
    assert text_of(decoded.lines[50_000]) == "  " * DEEPEST_INDENT + "<a>"
    assert text_of(decoded.lines[-1]) == "</a>"


@pytest.mark.parametrize(
    "text",
    [
        "<a>" + "0123456789" * 2000 + "</a>",
        "<a b='" + "0123456789" * 2000 + "' c='d'></a>",
        "<" + "n" * 10_000 + ">x</" + "n" * 10_000 + ">",
        "<a" + "".join(f" b{number}='{number}'" for number in range(3000)) + "/>",
        "<a><!--" + "c" * 9000 + "--></a>",
        f"<a b='{'x' * (2 * LONGEST_ROW - 2)}'/>",
    ],
    ids=["text", "value", "name", "attributes", "comment", "whole rows"],
)
def test_what_is_long_is_cut_into_rows_and_no_character_is_lost(text: str) -> None:
    lines = texts(decode(text))
    assert max(map(len, lines)) <= LONGEST_ROW + 2
    assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")


def test_a_long_value_is_a_value_to_its_end() -> None:
    decoded = decode("<a b='" + "x" * (LONGEST_ROW + 9) + "' c='d'/>")
    assert [[token for token, text in line if text.strip()] for line in decoded.lines[1:3]] == [[Token.STRING]] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n <x/>\n  <a></b></r>", "line 3, column 6): </b> closes <a>"),
        ("<a>\n<b>\n</b>", "line 3, column 5): <a> of line 1 is not closed"),
        ("<a/></a>", "line 1, column 5): </a> closes nothing"),
        ("<a/><b/>", "line 1, column 5): nothing more should come behind the outermost element, not <b>"),
        ("<a/>\n x", "line 2, column 2): text should stand inside of the outermost element"),
        ("", "line 1, column 1): an element should come, not the end"),
        ("<!-- x -->", "line 1, column 11): an element should come, not the end"),
        ("<a><!-- x</a>", "line 1, column 4): a comment has no end"),
        ("<a><![CDATA[x]]</a>", "line 1, column 4): a CDATA section has no end"),
        ("<?xml ><a/>", "line 1, column 1): a processing instruction has no name or no end"),
        ("<!DOCTYPE a [<a/>", "line 1, column 1): a document type has no end"),
        ("<a></a b>", "line 1, column 4): a closing tag should be a name and >"),
        ("<a>1 < 2</a>", "line 1, column 6): a name should come behind <"),
        ("<a b=c>", "line 1, column 4): an attribute with its value in quotes or > should come, not b"),
        ("<a \x1b>", "line 1, column 4): an attribute with its value in quotes or > should come, not ␛"),
        ("<a", "line 1, column 3): an attribute with its value in quotes or > should come, not the end"),
        ("<a b='1'c='2'/>", "line 1, column 9): an attribute with its value in quotes or > should come, not c"),
    ],
)
def test_what_is_not_well_formed_says_where_and_why(text: str, expected: str) -> None:
    assert reason(text) == f"not XML ({expected}"


def test_names_in_a_reason_are_cut_and_safe() -> None:
    assert reason(f"<a\u200d></{'b' * 99}>") == f"not XML (line 1, column 5): </{'b' * 60}…> closes <a\\u200d>"


def test_what_turns_out_late_not_to_be_xml_is_shown_as_far_as_it_was_and_then_as_it_is() -> None:
    decoded = decode("<a>" + "<b/>" * AT_ONCE * 2 + "</c>\n <d>")
    assert decoded.note == (
        f"From row {AT_ONCE * 2 + 2:,} on it is not XML (line 1, column {AT_ONCE * 8 + 4:,}): </c> closes <a>."
    )
    assert texts(decoded)[-3:] == ["  <b/>", "</c>", " <d>"]


def test_of_a_large_payload_the_beginning_is_there_at_once_and_the_rest_later() -> None:
    payload = message(b"<a>" + b"<b/>" * 260_000 + b"</a>")
    begun = time.thread_time()
    decoded = XmlDecoder().decode(payload)
    assert time.thread_time() - begun < 0.3
    assert AT_ONCE // 8 < len(decoded.lines) <= AT_ONCE
    assert len(complete(decoded).lines) == 260_002


def test_more_than_a_mebibyte_is_not_laid_out() -> None:
    assert len(decode(b"<a>" + b"x" * (LARGEST - 7) + b"</a>").lines) > 2
    too_large = b"<a>" + b"x" * (LARGEST - 6) + b"</a>"
    assert reason(too_large) == f"XML is laid out up to 1 MiB, this is {LARGEST + 1:,} bytes"


@pytest.mark.parametrize("text", ["<a " * 300_000, "<a>" + "]]" * 500_000, "<!DOCTYPE a [" + "<!A" * 300_000])
def test_hostile_beginnings_take_no_time(text: str) -> None:
    begun = time.thread_time()
    reason(text)
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    ("payload", "content_type", "note"),
    [
        ("<a>ü</a>".encode("utf-8-sig"), None, "Begins with a byte order mark."),
        ("\ufeff<a>ü</a>".encode("utf-16-le"), None, "In UTF-16 LE, by its byte order mark."),
        ("<a>ü</a>".encode("latin-1"), "text/xml; charset=latin-1", "In ISO 8859-1, by its content type."),
    ],
)
def test_the_encoding_is_the_declared_one(payload: bytes, content_type: str | None, note: str) -> None:
    decoded = decode(payload, content_type)
    assert (texts(decoded), decoded.note) == (["<a>ü</a>"], note)


def test_an_xml_declaration_says_the_encoding_unless_it_cannot_be_so() -> None:
    text = '<?xml version="1.0" encoding="%s"?><a>ü</a>'
    decoded = decode((text % "ISO-8859-1").encode("latin-1"))
    assert (texts(decoded)[1], decoded.note) == ("<a>ü</a>", "In ISO 8859-1, by its XML declaration.")
    decoded = decode(text % "utf-16")
    assert (texts(decoded)[1], decoded.note) == ("<a>ü</a>", "")
    assert reason((text % "x-foo").encode("latin-1")) == "not UTF-8 text (byte 41 is 0xfc)"


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b"on", "application/xml", 100),
        (b"on", "Text/XML; charset=utf-8", 100),
        (b"on", "application/soap+xml", 100),
        (b"", "application/xml", 0),
        (b"<?xml version='1.0'?><a/>", None, 75),
        (b"\xef\xbb\xbf \r\n<a>x</a>" + b" \n" * 99, None, 75),
        (b"<!-- c --><a/>", None, 75),
        (b"<!DOCTYPE a><a/>", None, 75),
        ("\ufeff<ä/>\n".encode("utf-16-be"), None, 75),
        ("\ufeff<ä/>".encode("utf-32-le"), None, 75),
        (b"<a> and more", None, 0),
        (b"<3 you>", None, 0),
        (b"< a>", None, 0),
        (b"x<a>", None, 0),
        (b"\x00<a>", None, 0),
    ],
)
def test_xml_is_recognised_by_its_content_type_or_its_ends(
    payload: bytes, content_type: str | None, expected: int
) -> None:
    assert XmlDecoder().accepts(message(payload, content_type=content_type)) == expected
