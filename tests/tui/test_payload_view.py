"""A payload that is read row by row, folded and unfolded."""

import json

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW
from mqtt_tui.decoders.structure import AT_ONCE
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.inspector_host import InspectorHost, show

pytestmark = pytest.mark.usefixtures("utc")
SITE = {"name": "hall 2", "press": {"id": 7, "temps": [{"c": 1}, {"c": 2}]}, "on": True}


def rows(app: InspectorHost) -> list[str]:
    return [row.lstrip("▌ 0123456789").strip() for row in app.payload.splitlines()]


def under_cursor(app: InspectorHost) -> str:
    (row,) = [row for row in app.payload.splitlines() if row.startswith("▌")]
    return row.lstrip("▌ 0123456789").strip()


async def test_containers_fold_and_unfold_with_keys_and_mouse() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("down", "down", "left")
        assert under_cursor(app) == '▸   "press": { … 2 keys … },'
        assert rows(app)[:5] == ["▾ {", '"name": "hall 2",', '▸   "press": { … 2 keys … },', '"on": true', "}"]
        await pilot.press("right", "right", "right", "down", "down", "down")
        assert under_cursor(app) == '"c": 1'
        await pilot.press("space")
        assert under_cursor(app) == "▸       { … 1 key … },"
        await pilot.press("left")
        assert under_cursor(app) == '▾     "temps": ['
        await pilot.press("O")
        assert rows(app)[2] == '▸   "press": { … 2 keys … },'
        assert under_cursor(app) == rows(app)[2], "what the cursor was in"
        await pilot.press("o")
        assert len(rows(app)) == 15
        await pilot.click(PayloadView, offset=(3, 2))
        assert rows(app)[2] == '▸   "press": { … 2 keys … },'
        await pilot.click(PayloadView, offset=(8, 3))
        assert under_cursor(app) == '"on": true'


async def test_the_path_of_what_is_under_the_cursor_is_told() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(b'{"a": {"b c": [[1], {"d": "[@click=app.quit]"}]}}'))
        await pilot.press("down", "down", "down", "down", "down")
        assert app.query_one(TabStrip).render().plain.rstrip().endswith('$.a["b c"][1].d')


async def test_folds_and_cursor_stay_with_what_they_are_on_in_the_next_message() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(json.dumps(SITE).encode()))
        await pilot.press("down", "down", "space", "down")
        assert under_cursor(app) == '"on": true'
        app.receive(json.dumps({"new": [1], "more": None} | SITE | {"on": False}).encode())
        await app.frame(pilot)
        assert rows(app)[4] == '▸   "press": { … 2 keys … },'
        assert under_cursor(app) == '"on": false'


async def test_a_large_document_is_there_at_once_and_all_of_it_later() -> None:
    app = InspectorHost()
    async with app.run_test(size=(60, 12)) as pilot:
        document = [{"number": number, "text": "x" * 20} for number in range(AT_ONCE)]
        document.append({"last": "y" * LONGEST_ROW})
        await show(app, pilot, app.receive(json.dumps(document).encode()))
        assert '"number": 0' in app.payload
        await app.workers.wait_for_complete()
        await pilot.press("end")
        assert rows(app)[-1] == "]"
        await pilot.press("home")
        assert rows(app)[0] == "▾ ["


async def test_what_has_no_parts_has_nothing_to_fold() -> None:
    app = InspectorHost()
    async with app.run_test(size=(60, 12)) as pilot:
        await show(app, pilot, app.receive(b"first\nsecond\nthird"))
        await pilot.press("down", "space", "left", "O")
        assert under_cursor(app) == "second"
