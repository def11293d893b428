"""What has parts that have names: laid out in rows that can be folded and have paths, however large it is.

JSON is one such format; others are written in its notation, or that of RFC 8949, section 8.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from mqtt_tui.decoders.base import LONGEST_ROW, LazyLines, Line, NotDecodable, Span, Token
from mqtt_tui.text.display_text import display_text

LONGEST_PIECE = LONGEST_ROW
"""Characters of a token; longer ones come in parts, each of which ends its row."""
DEEPEST_INDENT = 32
"""Levels; what is deeper stands below each other."""
_SHORT_ARRAY = 80
"""Columns within which an array of scalars stays on one line."""
_STEP = 512
"""Tokens between two looks at how many there were."""

_NAME = re.compile(r'"[^\W\d]\w*"')
AT_ONCE = 16_384
"""Tokens that are laid out while the screen waits: 20 ms."""
_NAMED = 5
"""Duplicate keys that a note names."""

PIECE = re.compile(rf"(?:[^\\]|\\u[0-9a-fA-F]{{4}}|\\.){{1,{LONGEST_PIECE}}}", re.DOTALL)
"""As much of a token as goes into a row; no escape is cut in two."""
_ESCAPE = re.compile(r'(\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]))')

_BEFORE_BLANKS = (",", ":", "_", "(_")
_INDEFINITE = "_"  # the note that belongs to the bracket before it
_CLINGING = (")", ",")  # notes that stay on the row of what they stand behind

Piece = tuple[Token, str, int]
"""Kind, text and place of a token; the text is the source's, and not yet safe to show."""
Step = str | int
"""From a container to what it holds: a key as written, quotes and all, or a number from 0 on."""


class Source(Protocol):
    """Where the tokens come from; places are whatever it counts in, growing."""

    read_to: int
    """The place behind the latest token."""

    @property
    def text(self) -> str | None:
        """What the places count characters of; None where they count something else."""

    def __iter__(self) -> Iterator[Piece]:
        """All tokens, once; containers are closed in the order in which they were opened.

        Raises:
            NotDecodable: it goes on no further.
        """

    def spans(self, start: int, end: int) -> list[Span]:
        """The tokens between two places that ``__iter__`` has named, the texts as they were written."""

    def shown(self, text: str) -> str:
        """A token's text, safe to show."""

    def rest(self) -> Iterable[Span]:
        """What comes at ``read_to`` where the tokens ended too early, a row each, as it was written."""

    def notes(self) -> list[str]:
        """Sentences, safe to show: what is odd about what has been read."""


class Structure(LazyLines):
    """Rows of tokens: a key with its value, an element, or a bracket.

    Where they begin is worked out once, bit by bit; a line is made when it is asked for. A row takes 13 bytes, a level
    four more while it is open: who sends brackets alone makes a row of each byte.

    Args:
        source: gives the tokens.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.fault = ""
        """Why the tokens ended too early; the rows behind are the text as it is. Empty: they did not."""
        self.is_complete = False
        """Whether all of it is laid out."""
        self._starts = array("i")  # places; no message is as long as an int
        self._depths = array("B")  # as far as they are indented
        self._parents = array("i")  # rows that open what each stands in; -1: none
        self._partners = array("i")  # of an opening row the closing one, and the other way round; -1: none
        self._continued: set[int] = set()  # rows that begin within a long string
        self._rest: list[Span] = []
        self._count = 0
        self._deepest = 0
        self._work = self._lay_out()

    def lay_out(self, tokens: int) -> None:
        """Go on for about so many tokens, a microsecond each."""
        for _ in islice(self._work, tokens // _STEP):
            pass

    def __len__(self) -> int:
        """Lines, as far as they are laid out; those stay as they are."""
        return self._count + len(self._rest)

    def line(self, number: int) -> Line:
        """One key with its value, one element, a bracket, or a part of a long string."""
        shown = self.source.shown
        if number >= self._count:
            token, text = self._rest[number - self._count]
            return ((token, shown(text)),)
        *before, (token, last) = self.row(number)
        return (
            (Token.PLAIN, "  " * self._depths[number]),
            *((token, f"{text} " if text in _BEFORE_BLANKS else shown(text)) for token, text in before),
            (token, shown(last)),
        )

    def row(self, number: int) -> list[Span]:
        """The tokens of a row, as they were written."""
        is_last = number + 1 == len(self._starts)
        return self.source.spans(self._starts[number], self._end if is_last else self._starts[number + 1])

    @property
    def _end(self) -> int:
        return self.source.read_to

    # Of rows and places

    @property
    def laid_out_rows(self) -> int:
        """The rows that hold tokens, so far; behind them stands what could not be read."""
        return self._count

    @property
    def laid_out_to(self) -> int:
        """The place up to which the rows go."""
        return self._starts[self._count] if self._count < len(self._starts) else self._end

    def place(self, row: int) -> int:
        """Where ``row`` begins in the source."""
        return self._starts[row]

    def row_at(self, place: int) -> int:
        """The row in which ``place`` is."""
        return max(0, bisect_right(self._starts, place, hi=self._count) - 1)

    @property
    def note(self) -> str:
        """What is odd about it, as far as it is laid out."""
        notes = [f"From the marked place on it is {self.fault}."] if self.fault else []
        notes += self.source.notes()
        if self._deepest > DEEPEST_INDENT:
            notes.append(f"{self._deepest:,} levels deep; the indentation stops at {DEEPEST_INDENT}.")
        return " ".join(notes)

    # Where things are

    def closing(self, row: int) -> int | None:
        """The row that closes what ``row`` opens; None where it opens nothing, or that is not laid out yet."""
        partner = self._partners[row] if row < self._count else -1
        return partner if partner > row else None

    def opening(self, row: int) -> int | None:
        """The row that opens what ``row`` stands in, or what it closes; None where there is none."""
        if row >= self._count:
            return None
        above = self._partners[row] if 0 <= self._partners[row] < row else self._parents[row]
        return above if above >= 0 else None

    def children(self, row: int) -> Iterator[int]:
        """The rows at which the members of what ``row`` opens begin."""
        closes = self._partners[row]
        at, end = row + 1, closes if closes > row else self._count
        while at < end:
            if at not in self._continued:
                yield at
            at = max(self._partners[at], at) + 1

    def path(self, row: int) -> tuple[Step, ...]:
        """The way from the outermost container to what begins on ``row``, or what it closes.

        What stands behind a key that takes rows of its own is counted, as in an array.
        """
        steps: list[Step] = []
        while row < self._count:
            row = self._beginning(row)
            parent = self._parents[row]
            if parent < 0:
                break
            key = self._key(row)
            steps.append(key or next(n for n, at in enumerate(self.children(parent)) if at >= row))
            row = parent
        return tuple(reversed(steps))

    def find(self, path: tuple[Step, ...]) -> int | None:
        """The row at which what has this path begins; None where there is nothing of the kind (yet)."""
        row = 0
        for step in path:
            children = self.children(row) if row < self._count else iter(())
            if isinstance(step, int):
                found = next(islice(children, step, None), None)
            else:
                found = next((child for child in children if self._key(child) == step), None)
            if found is None:
                return None
            row = found
        return row if row < self._count else None

    def value(self, row: int) -> str:
        """What begins on ``row``, as it was written: without its key, with all that it holds."""
        first, last = row, self.closing(row) or row
        tokens = self.row(first)
        tokens = tokens[1 + _colon(tokens) :]
        while last == first and first + 1 in self._continued:
            first += 1
            tokens += self.row(first)
            last = first
        for number in range(first + 1, last + 1):
            tokens += self.row(number)
        if tokens and tokens[-1] == (Token.PUNCTUATION, ","):
            tokens = tokens[:-1]
        return "".join(text for _, text in tokens)

    def _beginning(self, row: int) -> int:
        """The row on which begins what ``row`` goes on with or closes."""
        while True:
            if 0 <= self._partners[row] < row:
                row = self._partners[row]
            elif row in self._continued:
                row -= 1
            else:
                return row

    def _key(self, row: int) -> str:
        """The key that ``row`` begins with, of whatever kind; empty where no colon follows on the same row."""
        spans = self.row(row)
        return "".join(f"{text} " if text in _BEFORE_BLANKS else text for _, text in spans[: max(0, _colon(spans))])

    # Laying out

    def _begin_row(self, at: int, depth: int, parent: int) -> int:
        self._starts.append(at)
        self._depths.append(min(depth, DEEPEST_INDENT))
        self._parents.append(parent)
        self._partners.append(-1)
        return len(self._starts) - 1

    def _lay_out(self) -> Iterator[None]:
        """Rows from tokens; now and then a break."""
        open_ = array("i")  # the rows of what is open
        is_array = is_flat = False  # the innermost: flat is, so far, an array of scalars that fits into a row, or empty
        row, width, held, is_new, until_break = -1, 0, 0, True, _STEP
        punctuation, note = Token.PUNCTUATION, Token.NOTE
        try:
            for token, text, at in self.source:
                until_break -= 1
                if not until_break:
                    until_break = _STEP
                    self._count = open_[-1] if is_flat else max(0, len(self._starts) - 1)
                    yield
                if token is punctuation and text in "}]":
                    row = self._close(open_.pop(), at, len(open_), is_flat=is_flat)
                    width = held + 1 if is_flat else 1
                    is_flat = False
                    is_new = not open_  # outside of all, documents stand below each other
                    continue
                if token is note and text == _INDEFINITE:
                    continue
                if is_new and not (token is note and text in _CLINGING and width < LONGEST_ROW):
                    parent = open_[-1] if open_ else -1
                    row, width, is_new = self._begin_row(at, len(open_), parent), 0, False
                if token is not punctuation:
                    width += len(text)
                    is_new = not open_ and not (token is note and text[-1] in "(_,")
                    if len(text) >= LONGEST_PIECE or (token is note and width >= LONGEST_ROW):
                        is_new = True
                        self._continued.add(row + 1)  # nothing else begins there but a bracket or a comma
                elif text in ",:":
                    width += 2
                    is_new = text == "," or self._partners[row] >= 0  # a key that took rows: its value begins its own
                else:
                    width, is_new = width + 1, True
                    held, is_flat, is_array = width, True, text == "["
                    open_.append(row)
                    self._deepest = max(self._deepest, len(open_))
                    continue
                if is_flat:
                    held += len(text) + (text == ",")
                    is_flat = is_array and held < _SHORT_ARRAY
        except NotDecodable as error:
            yield from self._take_rest(error)
        self._count = len(self._starts)
        self.is_complete = True

    def _close(self, opening: int, at: int, depth: int, *, is_flat: bool) -> int:
        """End a container, with a row of its own where there is anything in it that has one; the row it ends on."""
        if not is_flat:
            row = self._begin_row(at, depth, self._parents[opening])
            self._partners[row], self._partners[opening] = opening, row
            return row
        for rows in (self._starts, self._depths, self._parents, self._partners):
            del rows[opening + 1 :]
        return opening

    def _take_rest(self, error: NotDecodable) -> Iterator[None]:
        self.fault = error.message
        for number, span in enumerate(self.source.rest()):
            self._rest.append(span)
            if number % _STEP == 0:
                yield


def display_token(text: str) -> str:
    """A token's text, safe to show. Printable ASCII is, and an escape is to be read as JSON's own."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(part if at % 2 else display_text(part) for at, part in enumerate(_ESCAPE.split(text)))


def _colon(tokens: list[Span]) -> int:
    """Where the colon behind a key is; -1 where there is none."""
    return next((at for at, token in enumerate(tokens) if token == (Token.PUNCTUATION, ":")), -1)


def laid_out_at_once(source: Source) -> Structure:
    """The beginning of its rows, or all where they are few.

    Raises:
        NotDecodable: the source ends too early already there.
    """
    structure = Structure(source)
    structure.lay_out(AT_ONCE)
    if structure.fault:
        raise NotDecodable(structure.fault)
    return structure


def duplicates_note(keys: list[str]) -> str:
    """Which ``keys`` stand again in what they belong to."""
    named = list(dict.fromkeys(keys))
    shown = ", ".join(display_text(key if len(key) < 40 else key[:38] + "…") for key in named[:_NAMED])
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    return f"Duplicate keys: {shown}{more}."


def path_text(path: tuple[Step, ...]) -> str:
    """A path as RFC 9535 writes it (JSONPath), safe to show: ``$.rows[2]["a key"]``."""
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NAME.fullmatch(step):
            text += f".{step[1:-1]}"
        else:
            text += f"[{display_text(step)}]"
    return text
