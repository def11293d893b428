"""Tokens of a binary format, put into words while they are read."""

import json
from collections.abc import Iterable, Iterator

from mqtt_tui.decoders.base import Span, Token
from mqtt_tui.decoders.structure import LONGEST_PIECE, PIECE, Piece, display_token, duplicates_note

_SHORT = 16
"""Characters of a text that is looked for among those that were there already."""
_MOST_ALIKE = 4_096
_NAMED_TOKENS = 40
"""Tokens of a duplicate key that name it; a note has room for fewer characters."""
_TOKENS = tuple(Token)
_NUMBERS = {token: number for number, token in enumerate(_TOKENS)}
_JSON = json.JSONEncoder(ensure_ascii=False)  # json.dumps makes one for each call, which takes 2 µs


class TokenList:
    """A ``Source`` that keeps what it was given: a place is a number in the list.

    A decoder subclasses it and gives ``read``, a generator that knows its format and puts the payload into tokens of
    JSON's notation, extended as in RFC 8949, section 8. What it remarks goes into ``remarks`` and ``duplicates``.
    """

    text = None
    """Places count tokens."""

    def __init__(self) -> None:
        self.read_to = 0
        self.remarks: list[str] = []
        """Sentences, safe to show."""
        self.duplicates: list[str] = []
        """Keys, as written, that stood in the same map before."""
        self._kinds = bytearray()  # the texts' tokens, by number
        self._texts: list[str] = []
        self._alike: dict[str, str] = {}  # short texts come again and again, and need to be there once

    def read(self) -> Iterator[Span]:
        """The tokens, texts not yet safe to show; ``KEY`` for keys, ``ERROR`` for what is marked.

        Containers are ``[`` ``]`` and ``{`` ``}``, with ``,`` and ``:``, as ``PUNCTUATION``; signs around a value that
        are none of those (a tag and its brackets) are ``NOTE``: ``0(`` and ``(_`` go with what follows, ``)`` with what
        is before, ``,`` with both, ``_`` with the bracket before.

        Raises:
            NotDecodable: the payload is not of this format, with the place and the reason.
        """
        raise NotImplementedError

    def __iter__(self) -> Iterator[Piece]:
        """As ``Source``."""
        kinds, texts, alike = self._kinds, self._texts, self._alike
        for token, text in self.read():
            kind = _NUMBERS[token]
            if len(text) < _SHORT:
                kinds.append(kind)
                texts.append(alike.setdefault(text, text) if len(alike) < _MOST_ALIKE else alike.get(text, text))
                self.read_to += 1
                yield token, text, self.read_to - 1
                continue
            for part in PIECE.findall(text) if len(text) >= LONGEST_PIECE else (text,):
                kinds.append(kind)
                texts.append(part)
                self.read_to += 1
                yield token, part, self.read_to - 1

    def mark_duplicate(self, begins: int) -> None:
        """Mark the key whose tokens were the latest, from place ``begins`` on, as one that stood in its map before."""
        self.duplicates.append("".join(self._texts[begins : begins + _NAMED_TOKENS]))
        for at in range(begins, self.read_to):
            if self._texts[at] != ":":  # which tells what is a key
                self._kinds[at] = _NUMBERS[Token.ERROR]

    def spans(self, start: int, end: int) -> list[Span]:
        """As ``Source``."""
        return [
            (_TOKENS[kind], text) for kind, text in zip(self._kinds[start:end], self._texts[start:end], strict=True)
        ]

    def shown(self, text: str) -> str:
        """As ``Source``."""
        return display_token(text)

    def rest(self) -> Iterable[Span]:
        """Nothing: what follows is binary."""
        return ()

    def notes(self) -> list[str]:
        """As ``Source``."""
        return [*self.remarks, *([duplicates_note(self.duplicates)] if self.duplicates else [])]


def quoted(text: str) -> str:
    """A string as JSON writes it, characters beyond ASCII as they are."""
    return _JSON.encode(text)
