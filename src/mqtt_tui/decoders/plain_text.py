"""Text in UTF-8, or in the encoding that is declared."""

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, LazyLines, Line, NotDecodable, Token
from mqtt_tui.decoders.detection import LOOKED_AT, is_mostly_control, media_type
from mqtt_tui.decoders.text_encoding import Encoding, declared_encoding, decoded_head
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_lines

SHOWN = 1 << 20
"""Bytes at the beginning of a payload that are shown as text; the hex dump has all of them."""

_UTF8 = 1  # of the payload format indicator (MQTT 5.0, 3.3.2.3.2)
_LINE_ENDS = dict.fromkeys(map(ord, "\t\r\n"))


class TextLines(LazyLines):
    """The lines of a text, long ones cut; a line is made safe when it is asked for, which is what costs time."""

    def __init__(self, text: str) -> None:
        self._rows = [
            line[at : at + LONGEST_ROW]
            for line in text.replace("\r\n", "\n").split("\n")
            for at in range(0, max(len(line), 1), LONGEST_ROW)
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def line(self, number: int) -> Line:
        """One line, or a part of a long one."""
        # display_lines takes one carriage return off the end of a line: ours, and not one of the text.
        return ((Token.PLAIN, display_lines(self._rows[number] + "\r")[0]),)


class TextDecoder:
    """Text that is not mostly control characters.

    In the encoding of its byte order mark or of its content type's ``charset``, else in UTF-8: nothing is guessed.
    """

    name = "text"
    title = "text"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else by payload format indicator, else where the first bytes are text."""
        if media_type(message).startswith("text/"):
            return 90
        if message.properties.payload_format_indicator == _UTF8:
            return 70
        encoding = declared_encoding(message) or Encoding()
        try:
            head = decoded_head(message.payload, LOOKED_AT, encoding)
        except NotDecodable:
            return 0
        if encoding.mark:  # two bytes that many a binary format begins with: all of it has to be readable
            return 50 if head.translate(_LINE_ENDS).isprintable() else 0
        return 0 if _is_mostly_control(head) else 50

    def decode(self, message: ApplicationMessage) -> Decoded:
        """The first ``SHOWN`` bytes, line by line."""
        payload = message.payload
        if not payload:
            return Decoded(self.title, (), "The payload is empty.")
        encoding = declared_encoding(message) or Encoding()
        text = decoded_head(payload, SHOWN, encoding)
        if _is_mostly_control(text[:LOOKED_AT]):
            raise NotDecodable("mostly control characters")
        notes = [encoding.remark] if encoding.remark else []
        if "\r\n" in text:
            notes.append("Lines end with CR LF.")
        if len(payload) > SHOWN:
            notes.append(f"The first 1 MiB of {len(payload):,} bytes is shown; hex has all.")
        return Decoded(self.title, TextLines(text), " ".join(notes))


def _is_mostly_control(head: str) -> bool:
    return is_mostly_control(head.encode("utf-8", "surrogatepass"))
