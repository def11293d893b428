"""What the views of XML and of images promise, for any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.decoders.base import Decoded, NotDecodable, PayloadDecoder
from mqtt_tui.decoders.image import ImageDecoder
from mqtt_tui.decoders.plain_text import TextDecoder
from mqtt_tui.decoders.xml_text import XmlDecoder
from mqtt_tui.text.display_text import display_text
from tests.unit.decoders import images
from tests.unit.decoders.messages import complete, message

pieces = st.sampled_from(["<a>", "</a>", "<b/>", "<a c='&lt;\n'>", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>"])
pieces |= st.sampled_from(["<!DOCTYPE a [", "]>", "x", " ", "\r\n", "\t", "\x1b", "\u202e", "é", "\ufeff", *"\"'=><&"])
almost_xml = st.lists(pieces, max_size=30).map("".join)
names = st.text("abÄ:_.-9", min_size=1, max_size=5).filter(lambda name: name[0] not in ".-9")
written = st.text(st.characters(exclude_characters="<>&'\"", exclude_categories=["C", "Z"]), max_size=6)
tags = st.builds("{} {}='{}'".format, names, names, written) | names
elements = st.recursive(
    st.builds("<{}/>".format, tags) | written,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.partition(' ')[0]}>", tags, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def shows_or_refuses(decoder: PayloadDecoder, payload: bytes, content_type: str | None = None) -> None:
    """Decode it, or see it refused; all that is said is printable either way."""
    whole = message(payload, content_type=content_type)
    assert 0 <= decoder.accepts(whole) <= 100
    try:
        decoded = complete(decoder.decode(whole))
    except NotDecodable as error:
        said = error.message
    else:
        said = decoded.note + decoded.format
        assert_printable(decoded)
    assert said.isprintable()


def assert_printable(decoded: Decoded) -> None:
    for token, text in (span for line in decoded.lines for span in line):
        assert text.isprintable(), (token, text)


@given(text=almost_xml)
def test_anything_like_xml_is_shown_in_printable_characters_or_refused(text: str) -> None:
    shows_or_refuses(XmlDecoder(), text.encode())


@given(
    rest=st.binary(max_size=60), beginning=st.sampled_from([b"<", b"<?xml ", b"<a>", b"\xff\xfe<\0", b"\xef\xbb\xbf"])
)
def test_any_bytes_behind_a_beginning_of_xml_are_shown_or_refused(rest: bytes, beginning: bytes) -> None:
    shows_or_refuses(XmlDecoder(), beginning + rest)


@given(value=st.text(max_size=20), text=st.text(max_size=20))
def test_any_characters_in_whole_xml_are_shown_in_printable_ones(value: str, text: str) -> None:
    shows_or_refuses(XmlDecoder(), f"<a b='{value}'>{text}</a>".encode("utf-8", "replace"))


@given(document=elements.map("<a>{}</a>".format))
def test_well_formed_xml_is_shown_and_nothing_but_blanks_is_added(document: str) -> None:
    lines = complete(XmlDecoder().decode(message(document.encode()))).lines
    shown = "".join("".join(text for _, text in line[1:]) for line in lines)
    assert shown.replace("\\", "").replace(" ", "") == display_text(document).replace("\\", "").replace(" ", "")


@pytest.mark.parametrize("kind", images.ALL)
@given(data=st.data())
def test_any_bytes_behind_the_magic_of_an_image_are_shown_or_refused(kind: str, data: st.DataObject) -> None:
    whole = images.ALL[kind]
    kept = data.draw(st.integers(12, len(whole)))
    shows_or_refuses(ImageDecoder(), whole[:kept] + data.draw(st.binary(max_size=60)), "image/x")


@given(rest=st.binary(max_size=40), mark=st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]))
def test_any_bytes_behind_a_byte_order_mark_are_shown_or_refused(rest: bytes, mark: bytes) -> None:
    shows_or_refuses(TextDecoder(), mark + rest)


@given(payload=st.binary(max_size=40), charset=st.sampled_from(["latin-1", "big5", "gb18030", "cp437"]) | st.text())
def test_any_bytes_in_any_charset_are_shown_or_refused(payload: bytes, charset: str) -> None:
    charset = charset.encode("utf-8", "ignore").decode()
    shows_or_refuses(TextDecoder(), payload, f"text/plain; charset={charset}")
