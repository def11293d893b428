"""A text is found in a payload, marked wherever it stands, and gone to from place to place."""

import json

import pytest
from textual.pilot import Pilot

from mqtt_tui.decoders.structure import AT_ONCE
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.inspector_host import InspectorHost, show

pytestmark = pytest.mark.usefixtures("utc")
SITE = {"name": "hall 2", "press": {"id": 7, "temps": [{"c": 1}, {"c": 2}]}, "place": "Hall 2", "on": True}


def under_cursor(app: InspectorHost) -> str:
    (row,) = [row for row in app.payload.splitlines() if row.startswith("▌")]
    return row.lstrip("▌ 0123456789").strip()


def aside(app: InspectorHost) -> str:
    return app.query_one(TabStrip).render().plain.rstrip()


def marked(app: InspectorHost) -> list[str]:
    """What is marked, row by row."""
    view = app.query_one(PayloadView)
    mark = view.get_component_rich_style("payload--found", partial=True).bgcolor
    rows = [view.render_line(y) for y in range(view.size.height)]
    found = ["".join(s.text for s in row if s.style is not None and s.style.bgcolor == mark) for row in rows]
    return [text for text in found if text]


async def settle(app: InspectorHost, pilot: Pilot[None]) -> None:
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_it_is_marked_while_it_is_typed_and_gone_through_with_n() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("slash", "h", "a", "l", "l")
        await settle(app, pilot)
        assert marked(app) == ["hall", "Hall"]
        assert under_cursor(app) == '"name": "hall 2",', "seen while one types"
        assert "/hall 1 of 2" in aside(app)
        await pilot.press("enter", "n")
        assert under_cursor(app) == '"place": "Hall 2",'
        assert "/hall 2 of 2" in aside(app)
        await pilot.press("n")
        assert under_cursor(app) == '"name": "hall 2",', "round to the first"
        await pilot.press("N", "N")
        assert under_cursor(app) == '"name": "hall 2",'
        await pilot.press("slash", "H", "a")
        await settle(app, pilot)
        assert marked(app) == ["Ha"], "a capital matters"
        await pilot.press("x")
        await settle(app, pilot)
        assert "/Hax not here" in aside(app)
        assert under_cursor(app) == '"name": "hall 2",', "back to where it began"


async def test_what_is_folded_away_is_unfolded_where_it_is_found() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("O", "slash", *"c:2")
        await settle(app, pilot)
        assert "not here" in aside(app), "as it is seen: with a blank behind the colon"
        await pilot.press(*["backspace"] * 3, "quotation_mark", "c", "quotation_mark")
        await settle(app, pilot)
        await pilot.press("enter", "n")
        assert under_cursor(app) == '"c": 2'


async def test_several_rows_of_a_line_and_text_without_parts_are_gone_through() -> None:
    app = InspectorHost()
    async with app.run_test(size=(40, 12)) as pilot:
        await show(app, pilot, app.receive(b"first\n" + b"word " * 12 + b"needle " + b"word " * 12 + b"needle\nlast"))
        await pilot.press("slash", *"needle", "enter")
        await settle(app, pilot)
        first = [row.startswith("▌") for row in app.payload.splitlines()].index(True)
        await pilot.press("n")
        second = [row.startswith("▌") for row in app.payload.splitlines()].index(True)
        rows = app.payload.splitlines()
        assert second > first > 1
        assert "needle" in rows[first]
        assert "needle" in rows[second]
        assert marked(app) == ["needle", "needle"]


async def test_marks_stay_and_the_cursor_too_when_another_message_comes() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("slash", *"hall", "enter")
        await settle(app, pilot)
        await pilot.press("down")
        app.receive(json.dumps(SITE | {"name": "no more", "on": "hallo"}).encode())
        await app.frame(pilot)
        await settle(app, pilot)
        assert marked(app) == ["Hall", "hall"]
        assert under_cursor(app) == '▾   "press": {'
        assert "/hall 2" in aside(app)


async def test_what_is_not_laid_out_yet_is_found_as_soon_as_it_is() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        document = json.dumps([{"number": number} for number in range(AT_ONCE)] + [{"needle": 1}]).encode()
        await show(app, pilot, app.receive(document))
        await pilot.press("slash", *"needle", "enter")
        await settle(app, pilot)
        assert under_cursor(app) == '"needle": 1'


async def test_a_hex_dump_is_searched_as_it_is_seen() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        await show(app, pilot, app.receive(bytes(range(0x80, 0x100)) + b"needle" + bytes(64)))
        await pilot.press("slash", *"needle", "enter")
        await settle(app, pilot)
        assert "needle" in under_cursor(app)


async def test_a_search_that_is_taken_back_leaves_nothing_behind() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("down", "slash", *"plac")
        await settle(app, pilot)
        assert app.inspector.end_search()
        await settle(app, pilot)
        assert marked(app) == []
        assert under_cursor(app) == '"name": "hall 2",'
        assert not app.inspector.end_search()
        await pilot.press("N")
        assert app.query_one("#search").has_focus, "nothing to go to: asked for"


async def test_markup_and_controls_in_what_is_typed_are_text() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(b'["[red]x", "[@click=app.quit]"]'))
        await pilot.press("slash", "left_square_bracket", *"red")
        await settle(app, pilot)
        assert marked(app) == ["[red"]
        assert "/[red 1 of" in aside(app)
