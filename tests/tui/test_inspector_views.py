import time

import pytest

from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.text.quantities import TimeFormat
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.properties_view import PropertiesView
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.arriving import At, deliver
from tests.support.frames import assert_frame
from tests.support.inspector_host import PROPERTIES, SECOND, STATE, TOPIC, InspectorHost, show

pytestmark = pytest.mark.usefixtures("utc")


async def test_the_payload_tells_the_whole_story() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 24)) as pilot:
        node = app.receive(STATE, qos=1, properties=PROPERTIES)
        await show(app, pilot, node, seconds=12)
        assert_frame(app.query_one(PayloadView), "payload_json")
        assert app.upper_label == "factory/hall-2/press-07/state"
        assert app.lower_label == "JSON · 87 B · QoS 1 · 12 s ago · #1"


async def test_properties_stand_with_their_names_from_the_specification() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 26)) as pilot:
        node = app.receive(STATE, qos=1, properties=PROPERTIES)
        await show(app, pilot, node, seconds=12, tab=1)
        assert_frame(app.query_one(PropertiesView), "properties")
        await app.frame(pilot, seconds=3)
        assert "60 s · 45 s left" in app.properties
        await app.frame(pilot, seconds=60)
        assert "60 s · expired 15 s ago" in app.properties


async def test_history_shows_the_newest_first() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        node = app.receive(b"71.1", retain=True)
        for payload in (b"71.2", b'{"a": 1}', b"\xff\x00"):
            app.now += SECOND
            app.receive(payload, qos=1, dup=payload == b"71.2")
        app.inspector.time_format = TimeFormat.UTC
        await show(app, pilot, node, tab=2)
        assert_frame(app.query_one(HistoryList), "history")


async def test_a_narrow_pane_cuts_no_label_and_no_value() -> None:
    app = InspectorHost()
    async with app.run_test(size=(40, 44)) as pilot:
        node = app.receive(STATE, qos=1, properties=PROPERTIES)
        await show(app, pilot, node, tab=1)
        assert_frame(app.query_one(PropertiesView), "properties_narrow")
        assert app.query_one(TabStrip).render().plain.rstrip() == " Payload  Properties 9  History 1"
        await pilot.resize_terminal(24, 44)
        assert app.query_one(TabStrip).render().plain.rstrip() == " Payload  Props  Hist"


@pytest.mark.parametrize(("width", "per_line"), [(160, 32), (100, 16), (60, 8), (32, 4)])
async def test_a_hex_dump_uses_the_width_that_there_is(width: int, per_line: int) -> None:
    app = InspectorHost()
    async with app.run_test(size=(width, 12)) as pilot:
        await show(app, pilot, app.receive(bytes(range(128, 256))))
        assert app.payload.splitlines()[1].startswith(f" {per_line:08x}  {128 + per_line:02x} ")
        assert all(len(row) < width - 2 for row in app.payload.splitlines())


async def test_a_huge_payload_is_shown_at_once_and_can_be_read_to_its_end() -> None:
    app = InspectorHost()
    async with app.run_test(size=(60, 16)) as pilot:
        text = "".join(f"line {number} {'привет ' * 20}\n" for number in range(3_000)) + "the end"
        node = app.receive(b"\xff" + b"\0" * 20_000_000 + b"z", topic=b"big")
        began = time.perf_counter()
        await show(app, pilot, node)
        assert time.perf_counter() - began < 1  # some milliseconds; a payload that is read whole takes many seconds
        await pilot.press("end")
        assert app.payload.rstrip().endswith("z")
        await show(app, pilot, app.receive(text.encode(), topic=b"text"))
        await pilot.press("end")
        assert app.payload.rstrip().endswith("the end")
        await pilot.press("pageup", "pagedown")
        assert app.payload.rstrip().endswith("the end")


async def test_every_row_of_a_wrapped_payload_is_passed_on_the_way_up() -> None:
    app = InspectorHost()
    async with app.run_test(size=(40, 10)) as pilot:
        words = [f"word-{number}" for number in range(1_000)]
        lines = [" ".join(words[at : at + 20]) for at in range(0, len(words), 20)]
        await show(app, pilot, app.receive("\n".join(lines).encode()))
        await pilot.press("end")
        seen: set[str] = set()
        while app.query_one(PayloadView).first_row:
            seen.update(app.payload.split())
            await pilot.press("pageup")
        seen.update(app.payload.split())
        assert set(words) <= seen


async def test_long_lines_can_be_read_without_wrapping() -> None:
    app = InspectorHost()
    async with app.run_test(size=(60, 10)) as pilot:
        await show(app, pilot, app.receive(b"begin " + b"-" * 80 + b" end"))
        await pilot.press("w")
        assert app.payload.rstrip().endswith("-›")
        assert "not wrapped" in app.query_one(TabStrip).render().plain
        for _ in range(9):
            await pilot.press("right")
        assert app.payload.rstrip().endswith("- end")
        await pilot.press("w")
        assert app.payload.startswith("▌begin")


async def test_the_cursor_of_the_history_keeps_to_its_message_and_enter_shows_it() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        node = app.receive(*[b"%d" % number for number in range(1, 31)])
        await show(app, pilot, node, tab=2)
        app.receive(b"31")
        await app.frame(pilot)
        assert app.history.startswith("▌ #31 ")
        await pilot.press("down", "down")
        app.receive(*[b"more"] * 20)
        await app.frame(pilot)
        assert "▌ #29 " in app.history
        await pilot.press("enter")
        await pilot.pause()
        assert app.payload == " 29\n"
        assert "older: #29 of 51" in app.lower_label
        app.inspector.next_tab(-1)
        await pilot.pause()
        assert "▌▸#29 " in app.history


async def test_mouse_chooses_tabs_and_messages() -> None:
    app = InspectorHost()
    async with app.run_test(size=(80, 12)) as pilot:
        await show(app, pilot, app.receive(b"1", b"2", b"3"))
        await pilot.click(TabStrip, offset=(25, 0))
        assert app.query_one(HistoryList).has_focus
        await pilot.click(HistoryList, offset=(20, 2))
        await pilot.pause()
        assert app.payload == " 1\n"


async def test_properties_that_cannot_be_read_are_said_and_the_payload_is_shown() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 24)) as pilot:
        deliver(app.store, [(0x30, TOPIC, b"\x02\x7fxpayload")], At(app.now, Protocol.V5, 0))
        node = app.store.find(TOPIC)
        assert node is not None
        await show(app, pilot, node, tab=1)
        assert "cannot be read: unknown property 0x7F" in app.properties


async def test_of_very_many_user_properties_the_first_are_shown_and_the_others_counted() -> None:
    pairs = tuple((f"name {number}", "value") for number in range(20_000))
    app = InspectorHost()
    async with app.run_test(size=(80, 60)) as pilot:
        node = app.receive(STATE, properties=PublishProperties(user_properties=pairs))
        await show(app, pilot, node, seconds=1)
        assert "name 19 = value" in app.payload
        assert "… 19,980 more" in app.payload
        app.inspector.next_tab(1)
        await pilot.pause()
        app.query_one(PropertiesView).last()
        await pilot.pause()
        assert "name 999" in app.properties
        assert "19,000 more; an export has them all" in app.properties


async def test_the_older_protocol_has_no_properties_and_that_is_said() -> None:
    app = InspectorHost()
    async with app.run_test(size=(100, 24)) as pilot:
        await show(app, pilot, app.receive(b"1", protocol=Protocol.V311), tab=1)
        assert "come with MQTT 5; this message came by MQTT 3.1.1" in app.properties
