"""The topics, as a tree."""

from collections.abc import Iterator

from rich.style import Style
from textual import events
from textual.message import Message

from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.store.row_view import Sort
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.widgets.first_levels import open_first_levels
from mqtt_tui.tui.widgets.line_view import LineView, Span
from mqtt_tui.tui.widgets.topic_row import STYLES, RowFace, TopicRow

_FIRST_HITS = 200
"""Rows in which a first topic is looked for: branches that lead to it stand before it."""


class TopicTree(LineView):
    """A line-API view over a ``RowIndex``: its cost depends on the screen, not on the number of topics.

    Args:
        rows: what to show.
        decoders: for previews of values.
        glows: whether what just changed stands out for a while.
    """

    DEFAULT_CSS = "\n".join(f"TopicTree > .tree--{name} {{ {style} }}" for name, style in STYLES.items())
    COMPONENT_CLASSES = {f"tree--{name}" for name in STYLES}
    BINDINGS = bindings_for(Scope.TOPICS)

    class Selected(Message):
        """The cursor went to another node, or to none."""

        def __init__(self, node: TopicNode | None) -> None:
            super().__init__()
            self.node = node

    class Opened(Message):
        """The user wants to read this topic's message in full."""

    class CopyRequested(Message):
        """The user wants the name of the selected topic or branch."""

    def __init__(
        self,
        rows: RowIndex,
        decoders: DecoderRegistry,
        *,
        glows: bool = True,
        id: str | None = None,  # noqa: A002  Textual's name
    ) -> None:
        super().__init__(id=id)
        self.rows = rows
        self.selected: TopicNode | None = None
        self._painter = TopicRow(decoders, self._component_style, glows=glows)
        self.topic_colors = self._painter.colors
        self._selected_row = 0
        self._now = 0
        self._is_new_second = True
        self._faces: dict[int, RowFace] = {}
        self._is_untouched = True  # neither the user nor the first topics have opened anything yet

    def _component_style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tree--{name}", partial=True)

    # A frame comes

    def apply_frame(self, frame: Frame) -> None:
        """Show what came since the last frame; only rows that look different are drawn."""
        self._now = frame.now
        self._is_new_second = frame.is_new_second
        if frame.is_new_second and self.rows.sort is not Sort.NAME:
            self.rows.resort()
        if frame.is_new_second and self._is_untouched and self.page_rows:  # no rows: not laid out yet
            self._open_first_levels()
        if frame.has_news or frame.is_new_second:
            self.structure_changed()
        self._draw_changed()

    def _open_first_levels(self) -> None:
        first = open_first_levels(self.rows, self.page_rows)
        if first is not None:
            self._is_untouched = False
            self.set_rows(len(self.rows))
            self.select(first)

    def structure_changed(self) -> None:
        """Rows came, went or changed places: keep the selected one where the eye expects it."""
        before, size_before = self._selected_row, self.virtual_size.height
        self.set_rows(len(self.rows))
        row = self.rows.row_of(self.selected) if self.selected is not None else None
        if row is None:
            self._select_row(min(before, len(self.rows) - 1))
        elif row != before:
            self._selected_row = row
            moved = row - before
            is_in_first_page = not self.first_row and row < self.page_rows
            if size_before and not is_in_first_page and 0 <= before - self.first_row < self.page_rows:  # scroll along
                self.scroll_to(y=self.first_row + moved, animate=False, force=True)
            self._draw_changed()

    def _draw_changed(self) -> None:
        width = self.scrollable_content_region.width
        first = self.first_row
        whole: list[int] = []
        right: list[int] = []
        faces: dict[int, RowFace] = {}
        for number, node in enumerate(self.rows.window(first, self.page_rows), first):
            old = self._faces.get(number)
            face = faces[number] = self._face(node, None if self._is_new_second else old, width)
            if old is face or old == face:
                continue
            (right if old is not None and face.differs_right_of(old) else whole).append(number)
        whole += [number for number in self._faces if number not in faces]
        self._faces = faces
        self.refresh_rows(whole)
        self.refresh_rows(right, x=width - self._painter.right_cells(width))

    def _face(self, node: TopicNode, old: RowFace | None, width: int) -> RowFace:
        return self._painter.face(node, old, is_open=self.rows.is_open(node), now=self._now, width=width)

    # Drawing

    def row(self, number: int, width: int) -> Iterator[Span]:
        """One row; its face is the one that the last frame saw."""
        face = self._faces.get(number)
        if face is None:
            node = self.rows.node_at(number)
            if node is None:
                return iter(())
            face = self._faces[number] = self._face(node, None, width)
        return self._painter.spans(face, width, is_selected=self.selected is not None and number == self._selected_row)

    def end_of_row(self, number: int, width: int, x: int) -> Iterator[Span] | None:
        """Sparkline and numbers, without the name and the value that they stand behind."""
        face = self._faces.get(number)
        if face is None or x != width - self._painter.right_cells(width):
            return None
        return self._painter.end(face, width, is_selected=self.selected is not None and number == self._selected_row)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The rows in sight are others now."""
        super().watch_scroll_y(old_value, new_value)
        self._faces = {}

    def on_resize(self) -> None:
        """Other columns fit now."""
        self._faces = {}

    def hold(self, held_at: int | None) -> None:
        """Show values as they were before the arrival of that serial, or (None) the newest."""
        self._painter.held_at = held_at

    def use_local_time(self, is_local: bool) -> None:
        """Show the time of day in place of ages."""
        self._painter.local_time = is_local
        self._faces = {}
        self.refresh()

    def forget(self) -> None:
        """All topics are gone."""
        self.selected = None
        self._is_untouched = True
        self._faces = {}

    def show_filtered(self) -> None:
        """The filter changed: the cursor goes to the first topic that it found, unless it is on one already."""
        self.set_rows(len(self.rows))
        self._faces = {}
        if self.rows.is_filtered and (self.selected is None or self.rows.row_of(self.selected) is None):
            found = next((node for node in self.rows.window(0, _FIRST_HITS) if node.topic is not None), None)
            if found is not None:
                self._selected_row = -1
                self.select(found)
        else:
            self.structure_changed()
        self.refresh()

    # Selecting

    def select(self, node: TopicNode) -> None:
        """Put the cursor on ``node``, opening what hides it."""
        self.rows.reveal(node)
        self._changed()
        row = self.rows.row_of(node)
        if row is not None:
            self._select_row(row)

    def _select_row(self, row: int) -> None:
        row = max(0, min(row, len(self.rows) - 1))
        node = self.rows.node_at(row)
        before, self._selected_row = self._selected_row, row
        self.refresh_rows((before, row))
        if node is not None:
            self.reveal_row(row)
        if node is not self.selected:
            self.selected = node
            self.post_message(self.Selected(node))

    def _changed(self) -> None:
        """The user opened or closed something."""
        self._is_untouched = False
        self.set_rows(len(self.rows))
        self._faces = {}
        row = self.rows.row_of(self.selected) if self.selected is not None else None
        while row is None and self.selected is not None:  # a closed branch took the cursor in
            self.selected = self.selected.parent
            row = self.rows.row_of(self.selected) if self.selected and self.selected.parent else 0
        self._select_row(row or 0)
        self.refresh()

    # What keys and mouse mean

    def on_click(self, event: events.Click) -> None:
        """Select; a click on the triangle, or a second one on the row, toggles."""
        at = event.get_content_offset(self)
        if at is None:
            return
        self._is_untouched = False
        node = self.rows.node_at(self.first_row + at.y)
        if node is None:
            return
        on_triangle = 1 + 2 * node.depth <= at.x < 3 + 2 * node.depth
        self._select_row(self.first_row + at.y)
        if node.children and (on_triangle or event.chain == 2):
            self.action_toggle_branch()
        elif event.chain == 2:
            self.post_message(self.Opened())

    def action_move(self, by: int) -> None:
        """Some rows down, or up."""
        self._is_untouched = False
        self._select_row(self._selected_row + by)

    def action_page(self, pages: float) -> None:
        """Some pages down, or up."""
        self.action_move(round(pages * max(1, self.page_rows - 1)))

    def action_first(self) -> None:
        """To the first row."""
        self.action_move(-len(self.rows))

    def action_last(self) -> None:
        """To the last row."""
        self.action_move(len(self.rows))

    def action_toggle_branch(self) -> None:
        """Open or close the selected branch."""
        if self.selected is not None and self.selected.children:
            (self.rows.close if self.rows.is_open(self.selected) else self.rows.open)(self.selected)
            self._changed()

    def action_enter(self) -> None:
        """Toggle a branch, read a topic."""
        if self.selected is not None and self.selected.children:
            self.action_toggle_branch()
        elif self.selected is not None:
            self.post_message(self.Opened())

    def action_open(self) -> None:
        """Open the branch; in an open one, go to its first child."""
        node = self.selected
        if node is None or not node.children:
            return
        if self.rows.is_open(node):
            self.action_move(1)
        else:
            self.rows.open(node)
            self._changed()

    def action_shut(self) -> None:
        """Close the branch; from a closed one or a leaf, go to what holds it."""
        node = self.selected
        if node is None:
            return
        if node.children and self.rows.is_open(node):
            self.rows.close(node)
            self._changed()
        elif node.parent is not None and node.parent.parent is not None:
            self.select(node.parent)

    def action_sibling(self, by: int) -> None:
        """To the next or previous one of the same level."""
        node = self.selected
        if node is None or node.parent is None:
            return
        siblings = self.rows.children(node.parent)
        at = siblings.index(node) + by
        if 0 <= at < len(siblings):
            self.select(siblings[at])

    def action_open_all(self) -> None:
        """Open every branch."""
        self.rows.open_all()
        self._changed()

    def action_close_all(self) -> None:
        """Close every branch."""
        self.rows.close_all()
        self._changed()

    def action_open_branch(self) -> None:
        """Open the selected branch down to its leaves."""
        self.rows.open_all(self.selected)
        self._changed()

    def action_close_branch(self) -> None:
        """Close the selected branch and all in it."""
        self.rows.close_all(self.selected)
        self._changed()

    def action_copy(self) -> None:
        """Ask for the name of the selected topic or branch in the clipboard."""
        if self.selected is not None:
            self.post_message(self.CopyRequested())
