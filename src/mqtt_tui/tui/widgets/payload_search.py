"""The payload of a message, to be searched."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from rich.style import Style
from textual import work

from mqtt_tui.decoders.base import Decoded
from mqtt_tui.decoders.search import Search
from mqtt_tui.tui.widgets.line_view import Span
from mqtt_tui.tui.widgets.payload_view import PayloadView


class SearchedPayload(PayloadView):
    """A payload in which a text is marked wherever it is seen, and gone to from place to place."""

    def __init__(self) -> None:
        super().__init__()
        self._search: Search | None = None
        self._towards = 0  # 1 or -1: where the cursor goes as soon as something is found there; 0: it stays
        self._from: tuple[int, int] = (0, 0)  # row and which part of its line: where the search began
        self._is_typed = False  # the search begins where it began, at each letter

    # What is searched

    def show(self, decoded: Decoded, summary: Sequence[tuple[str, list[str]]], *, keeps_place: bool) -> None:
        """As inherited; what was searched for is looked for in what takes the place, and in any other payload."""
        super().show(decoded, summary, keeps_place=keeps_place)
        if self._search is not None:
            self._look_for(self._search.wanted, towards=0)

    def on_resize(self) -> None:
        """A hex dump has other lines now."""
        super().on_resize()
        if self._search is not None and self._folds is None:
            self._look_for(self._search.wanted, towards=self._towards)

    def begin_search(self) -> None:
        """From here on is searched for what will be typed."""
        self._from = self._row, self._into

    def search(self, wanted: str) -> None:
        """Mark ``wanted``, and go to where it is seen next from where the search began; empty: as if none had."""
        self._is_typed = True
        if wanted:
            self._look_for(wanted, towards=1)
        else:
            self.end_search()
            self._go_into(*self._from)

    def end_search(self) -> bool:
        """Mark nothing any more; False if nothing was."""
        was_searched = self._search is not None
        self._search, self._towards, self._is_typed = None, 0, False
        self.workers.cancel_group(self, "search")
        self.refresh()
        return was_searched

    @property
    def is_searched(self) -> bool:
        """Whether a text is marked."""
        return self._search is not None

    @property
    def search_state(self) -> str:
        """What is searched for and how often it is there, not yet safe to show; empty where nothing is."""
        search = self._search
        if search is None:
            return ""
        count = f"{len(search.found):,}{'' if search.is_complete else ' …'}"
        rank = search.rank(self._row)
        found = f"{rank:,} of {count}" if rank else count if search.found or not search.is_complete else "not here"
        return f"/{search.wanted} {found}"

    # Going through

    def go_to_match(self, by: int) -> None:
        """To the next place (1) or the one before (-1); from the last to the first, and the other way round."""
        if self._search is not None:
            self._is_typed = False
            self._from, self._towards = (self._row, self._into), by
            self._go_towards()

    def _look_for(self, wanted: str, *, towards: int) -> None:
        self._search = Search(wanted, self._folds.structure if self._folds is not None else self._lines.lines)
        self._towards = towards
        self._search_on(self._search)

    @work(group="search", exclusive=True)
    async def _search_on(self, search: Search) -> None:
        while self._search is search:
            search.go_on()
            self._go_towards()
            if search.is_complete:
                break
            await asyncio.sleep(0)
        self.refresh()
        self.post_message(self.CursorMoved())

    def _go_towards(self) -> None:
        """To what is searched for, if it was found already."""
        search = self._search
        if search is None or not self._towards:
            return
        place = self._next_place(search)
        if place is not None:
            self._towards = 0
            self._go_into(*place)

    def _next_place(self, search: Search) -> tuple[int, int] | None:
        """Row and part of its line; None where more has to be looked through to know."""
        row, into = self._from
        if search.rank(row):
            parts = self._parts(search, row)
            if self._towards > 0:
                here = next((part for part in parts if part > into or (self._is_typed and part == into)), None)
            else:
                here = next((part for part in reversed(parts) if part < into), None)
            if here is not None:
                return row, here
        found = search.after(row) if self._towards > 0 else search.before(row)
        if found is None and not search.is_complete:
            return None
        if found is None and search.found:
            found = search.found[0 if self._towards > 0 else -1]
        if found is None:
            return self._from
        self._show(found)
        parts = self._parts(search, found) or [0]
        return found, parts[0 if self._towards > 0 else -1]

    def _parts(self, search: Search, row: int) -> list[int]:
        """On which of the rows that its line takes ``wanted`` begins."""
        line = self._folds.line_of(row) if self._folds is not None else row
        starts = [start for start, _ in search.places("".join(text for _, text in self._lines.lines[line]))]
        first = self._lines.row_of(line)
        origins = [self._lines.origin(first + part)[0] for part in range(self._lines.rows_of(line))]
        return sorted({sum(origin <= start for origin in origins) - 1 for start in starts})

    def _go_into(self, row: int, into: int) -> None:
        self._show(row)
        self._go_to(self._cursor + into)

    def _show(self, row: int) -> None:
        """Put the cursor on a row, which is unfolded where it was folded away."""
        if self._folds is not None and self._folds.row_of(self._folds.line_of(row)) != row:
            self._folds.reveal(row)
            self._lay_out()
        self._show_row(row)

    # Drawing

    @property
    def _shows_cursor(self) -> bool:
        return super()._shows_cursor or self._is_typed

    def _painted(self, row: int) -> list[Span]:
        painted = super()._painted(row)
        if self._search is None:
            return painted
        line = self._lines.place(row)[0]
        places = self._search.places("".join(text for _, text in self._lines.lines[line]))
        if not places:
            return painted
        before, indent = self._lines.origin(row)
        return _marked(painted, [(a - before + indent, b - before + indent) for a, b in places], self._style("found"))


def _marked(painted: list[Span], places: list[tuple[int, int]], mark: Style) -> list[Span]:
    """The spans, cut where the marked ones begin and end."""
    cuts = sorted({at for place in places for at in place})
    spans: list[Span] = []
    at = 0
    for text, style in painted:
        inside = [0, *(cut - at for cut in cuts if at < cut < at + len(text)), len(text)]
        for start, end in pairwise(inside):
            is_marked = any(first <= at + start < last for first, last in places)
            spans.append((text[start:end], style + mark if is_marked else style))
        at += len(text)
    return spans
