"""What a decoder is: a payload goes in, coloured lines come out; the bytes are never changed."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, overload

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import ApplicationMessage

LONGEST_ROW = 4096
"""Characters of one line; a widget that paints a row has to look at all of it."""


class Token(StrEnum):
    """What a piece of a line is. The theme gives it a colour, and never a meaning that the text lacks."""

    PLAIN = "plain"
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"
    PUNCTUATION = "punctuation"
    NOTE = "note"
    ERROR = "error"
    OFFSET = "offset"
    HEX = "hex"
    HEX_ZERO = "hex-zero"
    ASCII = "ascii"


Span = tuple[Token, str]
"""A piece of a line. Its text has been through ``display_text`` and is shown as it is."""

Line = tuple[Span, ...]


class LazyLines(Sequence[Line]):
    """Lines that are made when somebody looks at them, so that those of a large payload cost nothing.

    There may be more of them later: while they are not complete, whoever shows them lets them be laid out bit by bit.
    """

    is_complete: bool = True

    def lay_out(self, tokens: int) -> None:
        """Go on for about so many tokens, a microsecond each."""

    @property
    def note(self) -> str:
        """Sentences, safe to show: what is odd about the lines so far."""
        return ""

    @abstractmethod
    def line(self, number: int) -> Line:
        """The line at ``number``, counted from 0."""

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        numbers = range(len(self))[at]
        return self.line(numbers) if isinstance(numbers, int) else [self.line(number) for number in numbers]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payload, readable."""

    format: str
    """What it was read as: ``JSON``, ``text``, ``hex``."""
    lines: Sequence[Line]
    remark: str = ""
    """Sentences, safe to show: why it is shown so, what is hidden."""

    @property
    def note(self) -> str:
        """All that is to be said about it, safe to show; more of it while its lines are laid out."""
        about_lines = self.lines.note if isinstance(self.lines, LazyLines) else ""
        return f"{self.remark} {about_lines}".strip()


class NotDecodable(MqttTuiError):
    """The payload is not of the decoder's format.

    Args:
        message: why, as part of a sentence and safe to show: ``not JSON (line 1, column 3): a colon is missing``.
    """


class PayloadDecoder(Protocol):
    """One format, found through the entry points of the group ``mqtt_tui.decoders``."""

    name: str
    """The entry point's name, and that of the view."""
    title: str
    """As people write it; ``Decoded.format`` of what it decodes."""

    def accepts(self, message: ApplicationMessage) -> int:
        """How likely it is this format, 0 (never) to 100 (declared so). Asked often: looks, and does not parse."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        """The payload as lines.

        Raises:
            NotDecodable: it is not this format after all. Any other exception counts as a fault of the decoder.
        """
