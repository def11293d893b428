"""The tabs of a pane on one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from mqtt_tui.tui.safe import line


@dataclass(frozen=True, slots=True)
class Tab:
    """One of them.

    Args:
        name: by which code knows it.
        title: as shown where there is room.
        short: as shown elsewhere.
        count: behind the title; empty where there is nothing to count.
        sign: in front of the title; empty for none.
        color: of the sign.
    """

    name: str
    title: str
    short: str
    count: str = ""
    sign: str = ""
    color: str = ""


class TabStrip(Widget):
    """Titles side by side, the chosen one as a chip.

    Never more than a line: counts and then letters give way, at last the tabs left of the chosen one.
    """

    DEFAULT_CSS = """
    TabStrip { height: 1; background: $background; }
    """

    class Chosen(Message):
        """The user clicked a tab."""

        def __init__(self, strip: "TabStrip", name: str) -> None:
            super().__init__()
            self.strip = strip
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._tabs: Sequence[Tab] = ()
        self._chosen = ""
        self._aside = ""
        self._spots: list[tuple[int, int, str]] = []

    def show(self, tabs: Sequence[Tab], chosen: str, aside: str) -> None:
        """Show ``tabs``, and ``aside`` at the right end if there is room for it."""
        if (tabs, chosen, aside) != (self._tabs, self._chosen, self._aside):
            self._tabs, self._chosen, self._aside = tabs, chosen, aside
            self.refresh()

    def render(self) -> Content:
        """The line."""
        room = self.content_size.width
        signs = sum(len(tab.sign) + 1 for tab in self._tabs if tab.sign)
        titles = next((titles for titles in self._titles() if _cells(titles) + signs <= room), self._titles()[-1])
        drawn = [
            (tab.name, _chip(tab, *title) if tab.name == self._chosen else _rest(tab, *title))
            for tab, title in zip(self._tabs, titles, strict=True)
        ]
        while drawn and drawn[0][0] != self._chosen and self._reach_of_chosen(drawn) > room:
            del drawn[0]
        parts: list[Content] = []
        self._spots = []
        at = 0
        for name, part in drawn:
            self._spots.append((at, at + part.cell_length, name))
            at += part.cell_length
            parts.append(part)
        gap = room - at - len(self._aside) - 1
        if self._aside and gap > 0:
            parts.append(line(" " * gap, (self._aside, "$text-faint")))
        return Content("").join(parts)

    def _titles(self) -> list[list[tuple[str, str]]]:
        """The ways to write all tabs, the widest first."""
        return [
            [(tab.title, tab.count) for tab in self._tabs],
            [(tab.short, tab.count) for tab in self._tabs],
            [(tab.short, "") for tab in self._tabs],
            [(tab.short if tab.name == self._chosen else tab.short[:1], "") for tab in self._tabs],
        ]

    def _reach_of_chosen(self, drawn: list[tuple[str, Content]]) -> int:
        """Cells up to the end of the chosen one."""
        cells = 0
        for name, part in drawn:
            cells += part.cell_length
            if name == self._chosen:
                break
        return cells

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        at = event.get_content_offset(self)
        for first, last, name in self._spots:
            if at is not None and first <= at.x < last:
                self.post_message(self.Chosen(self, name))
                return


def _cells(titles: list[tuple[str, str]]) -> int:
    return sum(cell_len(_text(title, count)) for title, count in titles)


def _text(title: str, count: str) -> str:
    return f" {title} {count} " if count else f" {title} "


def _chip(tab: Tab, title: str, count: str) -> Content:
    sign = f" {tab.sign}" if tab.sign else ""
    return line((f"{sign}{_text(title, count)}", "bold $text-on-primary on $primary"))


def _rest(tab: Tab, title: str, count: str) -> Content:
    sign = (f" {tab.sign}", tab.color) if tab.sign else ""
    return line(sign, (_text(title, ""), "$text-soft"), (f"{count} " if count else "", "$text-faint"))
