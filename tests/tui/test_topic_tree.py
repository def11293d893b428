from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.connection.state import Disconnected
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.query.topic_match import topic_match
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.row_view import Sort
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.topic_tree import TopicTree
from tests.support.arriving import At, deliver

SECOND = 1_000_000_000


class TreeHost(App[None]):
    """A tree over a store that the test fills by hand."""

    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        self.now = 1_000 * SECOND
        self.rows: RowIndex | None = None
        self.store = TopicStore(MemoryBudget(1 << 30), on_new_topics=self._place)
        self.rows = RowIndex(self.store.root)
        self.selections: list[TopicNode | None] = []

    def _place(self, topics: Sequence[TopicNode]) -> None:
        if self.rows is not None:
            self.rows.add_topics(topics)

    def compose(self) -> ComposeResult:
        assert self.rows is not None
        yield TopicTree(self.rows, DecoderRegistry())

    def on_topic_tree_selected(self, event: TopicTree.Selected) -> None:
        self.selections.append(event.node)

    @property
    def topic_tree(self) -> TopicTree:
        return self.query_one(TopicTree)

    def receive(self, *topics: str, payload: bytes = b"1", retain: bool = False) -> None:
        raw = [raw_publish(topic.encode(), payload, protocol=Protocol.V5, retain=retain) for topic in topics]
        deliver(self.store, raw, At(self.now, Protocol.V5, 1))

    async def frame(self, pilot: Pilot[None], *, seconds: float = 1.0) -> None:
        self.now += round(seconds * SECOND)
        self.topic_tree.apply_frame(
            Frame(
                now=self.now,
                state=Disconnected(),
                totals=self.store.totals,
                topics=len(self.store),
                whole_since=0,
                message_rate=0,
                byte_rate=0,
                has_news=self.store.settle(self.now),
                is_new_second=True,
                waiting=None,
            )
        )
        await pilot.pause()

    def lines(self) -> list[str]:
        return [self.topic_tree.render_line(y).text.rstrip() for y in range(self.topic_tree.size.height)]

    def shown(self) -> str:
        return "\n".join(self.lines()).rstrip()


async def test_levels_open_by_themselves_while_there_is_room_and_values_stand_in_the_rows() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 12)) as pilot:
        app.receive("factory/hall-2/press-10/state", "factory/hall-2/press-9/state", "$SYS/broker/uptime")
        app.receive("factory/config", payload=b'{"a": 1}', retain=True)
        await app.frame(pilot)
        assert [" ".join(line[:24].split()) for line in app.lines()[:8]] == [
            "▾ factory",
            '▌│ config R {"a":1}',
            "│ ▾ hall-2",
            "│ │ ▾ press-9",
            "│ │ │ state 1",
            "│ │ ▾ press-10",
            "│ │ │ state 1",
            "▸ $SYS",
        ]
        assert "config R" in app.shown()
        assert "age ?" in app.shown()


async def test_a_topic_of_endless_levels_does_not_push_the_others_out_of_sight() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 12)) as pilot:
        app.receive("/" * 100, "deep" + "/d" * 50, "z/last")
        await app.frame(pilot)
        assert [" ".join(line[:24].split()) for line in app.lines()[:4]] == [
            "▸ ⟨empty⟩",
            "▸ deep",
            "▾ z",
            "▌│ last 1",
        ]


@pytest.mark.parametrize("columns", [40, 52, 53, 54, 90])
async def test_the_end_of_a_row_is_drawn_as_the_whole_row_is(columns: int) -> None:
    app = TreeHost()
    async with app.run_test(size=(columns, 12)) as pilot:
        app.receive("plant/a", "plant/b", "界/c")
        app.receive("plant/config", payload=b'{"a": 1}', retain=True)
        await app.frame(pilot)
        await app.frame(pilot)
        width, height = app.topic_tree.size
        whole = app.topic_tree.render_lines(Region(0, 0, width, height))
        ends = 0
        for x in range(1, width):
            ends += app.topic_tree.end_of_row(0, app.topic_tree.scrollable_content_region.width, x) is not None
            for part, line in zip(app.topic_tree.render_lines(Region(x, 0, width - x, height)), whole, strict=True):
                expected = line.crop(x, width)
                assert (part.text, part.cell_length) == (expected.text, width - x)
                assert list(part.simplify()) == list(expected.simplify())
        assert ends == 1


async def test_arrows_open_close_and_walk() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 12)) as pilot:
        app.receive("a/b/c", "a/b/d", "z")
        await app.frame(pilot)
        app.topic_tree.focus()
        await pilot.press("O")
        assert [line[:6] for line in app.lines()[:2]] == ["▌▸ a  ", "   z  "]
        await pilot.press("right")  # a has one child only: it opens along
        assert app.shown().splitlines()[1].startswith(" │ ▾ b")
        await pilot.press("right", "right", "down")
        assert app.topic_tree.selected is app.store.find(b"a/b/d")
        await pilot.press("left")
        assert app.topic_tree.selected is not None
        assert app.topic_tree.selected.path() == b"a/b"
        await pilot.press("left", "left", "left")
        assert app.topic_tree.selected.path() == b"a"
        assert len(app.rows or ()) == 2


async def test_the_selected_topic_stays_under_the_eye_while_topics_arrive_above() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 10)) as pilot:
        app.receive(*[f"t{number:03}" for number in range(100, 200)])
        await app.frame(pilot)
        app.topic_tree.focus()
        for _ in range(30):
            await pilot.press("down")
        selected = app.topic_tree.selected
        before = [line for line in app.lines() if line.startswith("▌")]
        at = app.lines().index(before[0])
        app.receive(*[f"t{number:03}" for number in range(50)])
        await app.frame(pilot)
        await pilot.pause()
        assert app.topic_tree.selected is selected
        assert app.lines()[at].startswith("▌  t130")


async def test_a_live_order_does_not_move_the_cursor_to_another_topic() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 10)) as pilot:
        app.receive("a", "b", "c")
        await app.frame(pilot)
        app.topic_tree.focus()
        await pilot.press("G")
        assert app.topic_tree.selected is app.store.find(b"c")
        assert app.rows is not None
        app.rows.sort_by(Sort.MESSAGES)
        app.receive("c", "c")
        await app.frame(pilot)
        assert app.topic_tree.selected is app.store.find(b"c")
        assert app.lines()[0].startswith("▌  c")


async def test_closing_a_branch_takes_the_cursor_in() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 10)) as pilot:
        app.receive("a/b/c", "a/b/d")
        await app.frame(pilot)
        app.topic_tree.focus()
        await pilot.press("G", "O")
        assert app.topic_tree.selected is not None
        assert app.topic_tree.selected.path() == b"a"


async def test_the_mouse_selects_and_its_triangle_toggles() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 10)) as pilot:
        app.receive("a/b", "a/c", "z")
        await app.frame(pilot)
        rows = app.rows
        assert rows is not None
        assert len(rows) == 4
        await pilot.click(TopicTree, offset=(8, 3))
        assert app.topic_tree.selected is app.store.find(b"z")
        await pilot.click(TopicTree, offset=(1, 0))
        assert len(rows) == 2


async def test_a_filter_hides_what_does_not_match_and_clearing_it_brings_the_old_view_back() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 12)) as pilot:
        app.receive("a/x", "a/y", "b/x")
        await app.frame(pilot)
        rows = app.rows
        assert rows is not None
        opened = len(rows)
        rows.filter(topic_match("y"), app.store.topics())
        app.topic_tree.structure_changed()
        assert [node.path() for node in rows.window(0, 9)] == [b"a", b"a/y"]
        app.receive("c/y")
        await app.frame(pilot)
        assert [node.path() for node in rows.window(0, 9)] == [b"a", b"a/y", b"c", b"c/y"]
        rows.filter(None, ())
        app.topic_tree.structure_changed()
        assert len(rows) == opened + 1


async def test_hostile_names_and_values_are_plain_text() -> None:
    app = TreeHost()
    async with app.run_test(size=(90, 12)) as pilot:
        app.receive(
            "[red]", "[@click=app.quit]x", "\x1b]0;OWNED\x07", "\x9b31m", "a\u202eb\u2028c", payload=b"[/]\x1b[31m"
        )
        await app.frame(pilot)
        shown = app.shown()
        for text in ("[red]", "[@click=app.quit]x", "␛]0;OWNED␇", "\\x9b31m", "a\\u202eb\\u2028c", "[/]␛[31m"):
            assert text in shown
        assert shown.replace("\n", "").isprintable()
        for row in range(5):
            await pilot.click(TopicTree, offset=(8, row))
        assert app.is_running


async def test_rows_are_exactly_as_wide_as_the_screen_at_any_size() -> None:
    app = TreeHost()
    async with app.run_test(size=(70, 12)) as pilot:
        app.receive("a/" * 60 + "deep", "日本/温度", "x" * 500, "e\u0301" * 80, payload="値 🌡 {}".encode() * 40)
        for width in (20, 40, 51, 52, 53, 80, 120, 240):
            await pilot.resize_terminal(width, 12)
            await app.frame(pilot)
            await pilot.press("o")
            assert {app.topic_tree.render_line(y).cell_length for y in range(12)} == {
                app.topic_tree.scrollable_content_region.width
            }
