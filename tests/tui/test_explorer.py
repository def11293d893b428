import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.errors import ConnectionLost, Rejected
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.widgets.header_bar import HeaderBar
from mqtt_tui.tui.widgets.inspector import Inspector
from mqtt_tui.tui.widgets.notice import Notice
from mqtt_tui.tui.widgets.payload_search import SearchedPayload
from tests.support.explorer_host import Opened, opened
from tests.support.fake_transport import FakeBroker


async def test_topics_appear_and_the_selected_message_is_shown(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        assert it.explorer.query_one(Notice).display
        it.broker.deliver("plant/state", b'{"celsius": 71.30}')
        await it.frame()
        assert not it.explorer.query_one(Notice).display
        await it.select("plant/state")
        message = it.explorer.inspector.message
        assert message is not None
        assert message.payload == b'{"celsius": 71.30}'
        it.broker.deliver("plant/state", b"2")
        await it.frame()
        assert it.explorer.inspector.message is not None
        assert it.explorer.inspector.message.payload == b"2"


async def test_stepping_back_holds_a_message_and_escape_returns_to_live(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        for number in range(5):
            it.broker.deliver("t", b"%d" % number)
        await it.frame()
        await it.select("t")
        await it.pilot.press("comma", "comma")
        it.broker.deliver("t", b"9")
        await it.frame()
        assert it.explorer.inspector.message is not None
        assert it.explorer.inspector.message.payload == b"2"
        await it.pilot.press("escape")
        assert it.explorer.inspector.message.payload == b"9"


async def test_the_filter_works_while_it_is_typed_and_escape_takes_it_away(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        for topic in ("hall/press-1", "hall/press-2", "energy/grid"):
            it.broker.deliver(topic, b"x")
        await it.frame()
        await it.pilot.press("slash", "g", "r", "i")
        rows = it.explorer.session.rows
        assert [node.path() for node in rows.window(0, 9)] == [b"energy", b"energy/grid"]
        await it.pilot.press("escape")
        assert not rows.is_filtered
        assert it.app.focused is it.explorer.topic_tree


async def test_escape_ends_a_search_in_the_payload_before_it_leaves_the_message(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("t", b'{"press": 1}')
        it.broker.deliver("t", b'{"press": 2}')
        await it.frame()
        await it.select("t")
        await it.pilot.press("enter", "comma", "slash", *"press")
        payload = it.explorer.query_one(SearchedPayload)
        assert payload.search_state
        await it.pilot.press("escape")
        assert not payload.search_state
        assert it.app.focused is payload
        await it.pilot.press("slash", *"press", "enter", "escape")
        assert not payload.search_state
        assert it.explorer.inspector.message is not None
        assert it.explorer.inspector.message.payload == b'{"press": 1}', "not yet back to live"
        await it.pilot.press("escape")
        assert it.explorer.inspector.message.payload == b'{"press": 2}'


async def test_letters_in_one_burst_behind_the_slash_belong_to_the_filter(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("hall/press-1", b"x")
        it.broker.deliver("quit/state", b"x")
        await it.frame()
        for key, character in (("slash", "/"), *((letter, letter) for letter in "quit")):
            it.app.post_message(events.Key(key, character))
        await it.until(lambda: it.explorer.query_one("#filter", Input).value == "quit")
        selected = it.explorer.topic_tree.selected
        assert selected is not None
        assert selected.path() == b"quit/state"


async def test_a_send_key_in_the_same_burst_does_not_overtake_the_letters(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a", b"x")
        await it.frame()
        await it.select("a")
        for key, character in (("p", "p"), ("h", "h"), ("i", "i"), ("ctrl+j", "\n"), ("y", "y")):
            it.app.post_message(events.Key(key, character))
        await it.until(lambda: it.explorer.publish_pane.draft.text.replace("\n", "") == "hiy")
        assert it.broker.published == []


async def test_going_to_a_topic_that_waits_behind_a_frozen_display_breaks_no_row(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a/b", b"x")
        await it.frame()
        await it.pilot.press("f")
        it.broker.deliver("new/x/y", b"x")
        it.broker.deliver("new/x/w", b"x")
        await it.frame()
        await it.select("new/x/y")
        await it.pilot.press("f")
        await it.frame()
        rows = it.explorer.session.rows
        rows.open_all()
        assert [node.path() for node in rows.window(0, 99)] == [b"a", b"a/b", b"new", b"new/x", b"new/x/w", b"new/x/y"]
        assert len(rows) == 6


async def test_a_broker_that_answers_no_subscribe_does_not_end_the_program(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a", b"x")
        await it.frame()
        it.broker.cut(ConnectionLost("gone"))
        await it.pilot.press("x", "y")
        await it.until(lambda: len(it.explorer.session.store) == 0)
        assert it.app.is_running


async def test_asking_for_help_twice_opens_it_once(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await it.pilot.press("f1", "f1", "escape")
        assert it.app.screen is it.explorer
        await it.pilot.press("ctrl+t", "ctrl+t", "escape")
        assert it.app.screen is it.explorer


async def test_the_program_can_be_ended_over_a_dialog(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await it.pilot.press("s")
        await it.pilot.press("ctrl+q")
        await it.until(lambda: not it.app.is_running)
        assert it.broker.is_closed_by_client


async def test_a_filter_without_a_match_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a", b"x")
        await it.frame()
        await it.pilot.press("slash", "z", "z")
        await it.frame()
        notice = it.explorer.query_one(Notice)
        assert notice.display
        assert "No topic matches" in notice.render().plain
        assert it.app.focused is it.explorer.query_one("#filter", Input)


async def test_freezing_holds_the_rows_and_counts_what_waits(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a", b"1")
        await it.frame()
        await it.pilot.press("f")
        it.broker.deliver("a", b"2")
        it.broker.deliver("b", b"2")
        await it.frame()
        assert len(it.explorer.session.rows) == 1
        it.explorer.query_one(HeaderBar).refresh()
        assert "FROZEN" in it.explorer.query_one(HeaderBar).render().plain
        assert it.explorer.session.store.totals.received == 3
        await it.pilot.press("f")
        await it.frame()
        assert len(it.explorer.session.rows) == 2


async def test_what_is_unverified_and_read_only_is_said_in_eighty_columns(tmp_path: Path) -> None:
    broker = FakeBroker()
    tls = TlsFacts(version="TLSv1.3", cipher="", peer_subject="", expires_at="", is_verified=False)
    broker.connack = replace(broker.connack, tls=tls)
    profile = BrokerProfile(url="mqtts://broker.of-the-plant.example:8883", read_only=True)
    async with opened(tmp_path, broker, (80, 24), Target("a-broker-with-a-long-name", profile)) as it:
        await it.frame()
        shown = it.explorer.query_one(HeaderBar).render().plain[:78]
        assert " READ ONLY " in shown
        assert " NOT VERIFIED " in shown


async def freeze_between(it: Opened, before: bytes, after: bytes) -> None:
    """Freeze the display after one message of topic ``a``; then comes another."""
    it.broker.deliver("a", before)
    await it.frame()
    await it.pilot.press("f")
    it.broker.deliver("a", after)
    await it.frame()


async def test_a_frozen_row_says_so_where_its_value_gave_way(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await freeze_between(it, b"first", b"second")
        node = it.explorer.session.store.find(b"a")
        assert node is not None
        node.evict(1)
        it.explorer.topic_tree.on_resize()
        shown = "".join(text for text, _ in it.explorer.topic_tree.row(0, 80))
        assert "given up for memory" in shown
        assert "second" not in shown


async def test_a_frozen_row_keeps_its_value_however_often_it_is_painted(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await freeze_between(it, b"first", b"second")
        it.explorer.topic_tree.on_resize()
        assert "first" in "".join(text for text, _ in it.explorer.topic_tree.row(0, 80))
        await it.pilot.press("f")
        await it.frame()
        assert "second" in "".join(text for text, _ in it.explorer.topic_tree.row(0, 80))


async def test_freezing_leaves_rates_and_counts_as_they_are(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await freeze_between(it, b"1", b"2")
        node = it.explorer.session.store.find(b"a")
        assert node is not None
        assert node.messages == 2


async def test_forgetting_asks_first_and_gets_stored_messages_again(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a", b"1")
        await it.frame()
        await it.pilot.press("x", "n")
        assert len(it.explorer.session.store) == 1
        await it.pilot.press("x", "y")
        await it.until(lambda: len(it.broker.subscribed) == 2)
        assert len(it.explorer.session.store) == 0
        assert [one.topic_filter for one in it.broker.subscribed[1]] == ["#"]


async def test_a_refused_publish_is_not_shown_as_sent(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        broker.publish_error = Rejected("fake.invalid refused it: Not authorized (0x87).", reason_code=0x87)
        broker.deliver("plant/locked", b"x")
        await it.frame()
        await it.select("plant/locked")
        await it.pilot.press("p")
        await it.pilot.press("x")
        await it.until(lambda: it.explorer.publish_pane.draft.text == "x")
        await it.pilot.press("ctrl+j")
        await it.until(lambda: "0x87" in str(it.explorer.publish_pane.result))
        shown = str(it.explorer.publish_pane.result)
        assert "Not authorized (0x87)" in shown
        assert "acknowledged" not in shown


async def test_the_message_pane_catches_up_with_a_cursor_that_ran_also_where_nothing_comes(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        for topic in ("a", "b", "c", "d"):
            broker.deliver(topic, topic.encode())
        await it.frame()
        pane = it.explorer.query_one("#inspector", Inspector)
        await it.pilot.press("home", "down", "down", "down")
        await it.until(lambda: pane.message is not None and pane.message.topic == b"d")


async def test_copying_a_topic_puts_exactly_its_bytes_into_the_clipboard(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        it.broker.deliver("a/\x1b[31m", b"x")
        await it.frame()
        await it.select("a/\x1b[31m")
        await it.pilot.press("y")
        await it.pilot.pause()
        assert it.app.clipboard == "a/\x1b[31m"


async def test_an_export_of_a_branch_has_every_message_kept_and_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        for number in range(3):
            it.broker.deliver("a/b", bytes([0xFF, number]))
        it.broker.deliver("c", b"other")
        await it.frame()
        await it.select("a/b")
        await it.pilot.press("left", "E")
        await it.pilot.pause()
        file = tmp_path / "out.json"
        it.app.screen.query_one("#file", Input).value = str(file)
        await it.pilot.press("ctrl+s")
        await it.until(file.exists)
        document = json.loads(file.read_text())
        assert document["filter"] == "a/#"
        payloads = [base64.b64decode(message["payload"]) for message in document["messages"]]
        assert payloads == [b"\xff\x00", b"\xff\x01", b"\xff\x02"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60), (20, 5)])
async def test_every_command_of_the_explorer_lives_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, FakeBroker(), size) as it:
        for topic in ("a/b", "a/c", "d"):
            it.broker.deliver(topic, b"[1, 2]")
        await it.frame()
        moves = ["down", "up", "o", "O", "L", "H", "J", "K", "G", "g", "comma", "full_stop"]
        views = ["z", "z", "2", "1", "right_square_bracket", "v", "t", "greater_than_sign", "f", "f", "x"]
        for key in moves + views:
            await it.pilot.press(key)
            await it.frame()
        for key in ("question_mark", "s", "E", "ctrl+g", "Y", "p", "3", "ctrl+t"):
            await it.pilot.press(key)
            await it.frame()
            await it.pilot.press("escape", "escape")
        assert it.app.is_running
        assert isinstance(it.app.screen, Explorer)
