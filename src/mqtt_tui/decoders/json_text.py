"""JSON, indented and otherwise as it was written: number texts, repeated keys, their order and escapes are kept."""

import re

from mqtt_tui.decoders.base import Decoded, NotDecodable
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.decoders.json_tokens import JsonTokens
from mqtt_tui.decoders.structure import laid_out_at_once
from mqtt_tui.model.application_message import ApplicationMessage

_BOM = b"\xef\xbb\xbf"
_MEDIA_TYPE = re.compile(r"(application|text)/json|[^/]+/[^/]+\+json")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+(?:[{\[]|(\"))")
_SCALAR = re.compile(rb"[ \t\r\n]*+(?:-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)[ \t\r\n]*+")
_LONGEST_SCALAR = 64


class JsonDecoder:
    """JSON by RFC 8259, and ``NaN`` and ``Infinity``, marked."""

    name = "json"
    title = "JSON"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else by the first character; scalars whole, since a date begins like a number."""
        payload = message.payload
        if payload and _MEDIA_TYPE.fullmatch(media_type(message)):
            return 100
        if len(payload) <= _LONGEST_SCALAR and _SCALAR.fullmatch(payload):
            return 80
        begins = _BEGINS.match(payload, 0, LOOKED_AT)
        if begins is None or (begins[1] and not payload[-_LONGEST_SCALAR:].rstrip().endswith(b'"')):
            return 0
        return 80

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload; what takes longer is laid out by whoever shows it."""
        payload = message.payload
        body = payload.removeprefix(_BOM)
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            at = len(payload) - len(body) + error.start
            raise NotDecodable(f"not UTF-8 text (byte {at:,} is 0x{payload[at]:02x})") from None
        tokens = JsonTokens(text)
        lines = laid_out_at_once(tokens)
        mark = "Begins with a byte order mark." if len(body) < len(payload) else ""
        return Decoded("JSON lines" if tokens.documents > 1 else self.title, lines, mark)
