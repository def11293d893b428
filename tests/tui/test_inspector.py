import json
from collections.abc import Callable

import pytest
from textual.geometry import Region
from textual.widget import Widget

from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.text.quantities import TimeFormat
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.inspector import Inspector
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.properties_view import PropertiesView
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.inspector_host import SECOND, STATE, TOPIC, InspectorHost, show

pytestmark = pytest.mark.usefixtures("utc")


async def test_the_newest_message_is_followed_and_the_eye_stays_where_it_was() -> None:
    app = InspectorHost()
    async with app.run_test(size=(60, 12)) as pilot:
        node = app.receive(json.dumps(list(range(100_000, 100_050))).encode())
        await show(app, pilot, node)
        await pilot.press("pagedown")
        before = app.payload
        app.receive(json.dumps([*range(100_000, 100_049), 7]).encode())
        await app.frame(pilot)
        assert app.payload == before
        await pilot.press("end")
        assert "  7\n" in app.payload
        assert app.lower_label.endswith("#2")


async def test_stepping_back_leaves_live_and_stepping_on_returns_to_it() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 12)) as pilot:
        node = app.receive(b"1", b"2", b"3")
        await show(app, pilot, node)
        app.inspector.step(-1)
        app.receive(b"4")
        await app.frame(pilot)
        assert app.payload == " 2\n"
        assert app.lower_label.endswith("older: #2 of 4 · ← , . → esc live")
        app.inspector.step(-5)
        await pilot.pause()
        assert app.inspector.message == node.message(1)
        assert app.inspector.go_live()
        assert not app.inspector.go_live()
        app.inspector.step(-1)
        app.inspector.step(1)
        app.receive(b"5")
        await app.frame(pilot)
        assert app.payload == " 5\n"


async def test_a_message_that_is_read_stays_when_the_store_gives_it_up() -> None:
    app = InspectorHost(budget=4_000)
    async with app.run_test(size=(100, 16)) as pilot:
        node = app.receive(b"first", b"second")
        await show(app, pilot, node)
        app.inspector.step(-1)
        app.receive(*[b"x" * 100] * 40)
        await app.frame(pilot)
        assert node.message(1) is None
        assert app.payload == " first\n"
        app.inspector.next_tab(2)
        await pilot.press("end")
        assert f"{node.kept} of 42 kept; older ones gave way to the memory limit" in app.history


async def test_what_the_broker_had_stored_has_no_age() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 12)) as pilot:
        node = app.receive(b"on", retain=True)
        await show(app, pilot, node, seconds=12)
        assert app.lower_label == "JSON · 2 B · QoS 0 · retained · age unknown · received 12 s ago · #1".replace(
            "JSON", "text"
        )
        app.inspector.next_tab(1)
        await pilot.pause()
        assert "unknown · received 12 s ago" in app.properties
        app.inspector.next_tab(1)
        await pilot.pause()
        assert "age ?" in app.history


async def test_a_repeated_delivery_says_so() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 12)) as pilot:
        await show(app, pilot, app.receive(b"on", qos=1, dup=True))
        assert " · QoS 1 · dup · " in app.lower_label


async def test_times_read_as_chosen() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 12)) as pilot:
        node = app.receive(b"1")
        app.now += SECOND // 4
        app.receive(b"2")
        await show(app, pilot, node)
        seen = []
        for time_format in TimeFormat:
            app.inspector.time_format = time_format
            seen.append(app.lower_label.split(" · ")[3])
        assert seen == ["just now", "12:02:11.250", "12:02:11.250 UTC", "+0.250 s"]


async def test_the_payload_is_shown_as_asked_for() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 12)) as pilot:
        await show(app, pilot, app.receive(b'{"a":1}'))
        seen = []
        for _ in range(4):
            app.inspector.cycle_view()
            await pilot.pause()
            seen.append((app.lower_label.split(" · ")[0], app.query_one(TabStrip).render().plain.rpartition("  ")[2]))
        assert seen == [("JSON", "as json"), ("text", "as text"), ("hex", "as hex"), ("JSON", "History 1 ")]


async def test_what_strangers_publish_is_only_text() -> None:
    hostile = "\x1b[31m [/] [@click=app.quit]x \x9b2J \u202e日本語"
    app = InspectorHost()
    async with app.run_test(size=(100, 24)) as pilot:
        properties = PublishProperties(
            content_type=hostile,
            response_topic=hostile,
            user_properties=((hostile, hostile),),
            correlation_data=b"\x1b[2J",
        )
        node = app.receive(hostile.encode(), topic=hostile.encode(), properties=properties)
        await show(app, pilot, node)
        for tab in range(3):
            await pilot.pause()
            painted = [segment.text for row in app.screen._compositor.render_strips() for segment in row]
            assert all(text.isprintable() for text in painted), tab
            assert any("[@click=app.quit]x" in text for text in painted), tab
            app.inspector.next_tab(1)


@pytest.mark.parametrize(
    ("press", "copied"),
    [
        ((), (b'{ "a":1 }\x1b', "payload")),
        (("]", "end"), (b"\xffv", "Content Type")),
        (("]", "home"), (TOPIC, "Topic")),
        (("]", "]", "down"), (b"older", "payload")),
    ],
)
async def test_copies_are_exact(press: tuple[str, ...], copied: tuple[bytes, str]) -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        app.receive(b"older")
        node = app.receive(b'{ "a":1 }\x1b', properties=PublishProperties(content_type="\udcffv"))
        await show(app, pilot, node, tab=press.count("]"))
        await pilot.press(*[key for key in press if key != "]"], "y")
        assert app.copied == [copied]


async def test_a_branch_is_summed_up_until_it_has_a_message_of_its_own() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        node = app.receive(b"1", b"2").parent
        assert node is not None
        await show(app, pilot, node)
        await app.frame(pilot, seconds=3)
        assert [row.split() for row in app.summary.splitlines()[:4]] == [
            ["topics", "1"],
            ["messages", "2"],
            ["rate", "0.4/s"],
            ["newest", "3", "s", "ago"],
        ]
        assert app.upper_label == "factory/hall-2/press-07"
        app.receive(b"here", topic=b"factory/hall-2/press-07")
        await app.frame(pilot)
        assert app.payload == " here\n"


async def test_nothing_chosen_teaches_what_the_pane_is_for() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        assert app.summary.startswith("Choose a topic")
        await show(app, pilot, app.receive(b"1"))
        app.inspector.show(None)
        await pilot.pause()
        assert app.summary.startswith("Choose a topic")
        assert app.inspector.message is None
        await pilot.press("y")
        assert app.copied == []


async def test_a_long_topic_loses_its_middle_only() -> None:
    app = InspectorHost()
    async with app.run_test(size=(40, 12)) as pilot:
        await show(app, pilot, app.receive(b"1", topic=b"first/" + b"x" * 65_000 + b"/last"))
        assert app.upper_label.startswith("first/")
        assert app.upper_label.endswith("/last")


async def test_a_frame_without_news_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, app.receive(STATE))
        drawn: list[str] = []
        watch(monkeypatch, PayloadView, lambda: drawn.append("payload"))
        watch(monkeypatch, Inspector, lambda: drawn.append("frame"))
        await app.frame(pilot)
        assert drawn == []
        app.receive(STATE)
        await app.frame(pilot)
        assert drawn == ["frame"]  # another number in the frame; the same payload is not drawn again


def watch(monkeypatch: pytest.MonkeyPatch, kind: type[Widget], note: Callable[[], None]) -> None:
    original = kind.refresh

    def refresh(self: Widget, *regions: Region, **options: bool) -> Widget:
        note()
        return original(self, *regions, **options)

    monkeypatch.setattr(kind, "refresh", refresh)


async def test_where_there_is_room_properties_and_history_stand_beside_the_payload() -> None:
    app = InspectorHost()
    async with app.run_test(size=(160, 30)) as pilot:
        await show(app, pilot, app.receive(b'{"a": 1}'))
        views = [app.query_one(each) for each in (PayloadView, PropertiesView, HistoryList)]
        assert all(view.display for view in views)
        views[2].focus()
        await pilot.pause()
        await pilot.resize_terminal(90, 30)
        await pilot.pause()
        assert [view.display for view in views] == [False, False, True]
