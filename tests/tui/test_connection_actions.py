"""The connection, as the explorer shows it and acts on it."""

import asyncio
from pathlib import Path

from mqtt_tui.connection.state import Connected, ConnectionState, Disconnected, WaitingToReconnect
from mqtt_tui.errors import ConnectionLost, ConnectRefused
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.profiles.options import WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.screens.confirm import Confirm
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.notice import Notice
from tests.support.explorer_host import opened
from tests.support.fake_transport import FakeBroker


async def test_a_lost_connection_is_told_and_so_is_the_gap(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        broker.deliver("a", b"x")
        await it.frame()
        broker.cut(ConnectionLost("fake.invalid ended the connection: Server shutting down (0x8B)."))
        await it.pilot.pause()
        await it.frame()
        assert any("Server shutting down" in toast for toast in it.toasts())
        await it.pilot.press("ctrl+r")
        await it.pilot.pause()
        assert any("may be missing" in toast for toast in it.toasts())
        broker.deliver("a", b"y")
        await it.frame()
        await it.select("a")
        await it.pilot.press("2", "left_square_bracket")
        await it.frame()
        shown = [it.explorer.query_one(HistoryList).render_line(y).text for y in range(3)]
        assert ["⋯" in row for row in shown] == [False, True, False]
        assert "messages may be missing" in shown[1]
        await it.pilot.press("down", "enter")
        assert it.explorer.inspector.number == 1  # the gap is nothing to stand on


async def test_a_subscription_that_the_connection_did_not_stand_with_is_told(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.poison_filter = "#"
    async with opened(tmp_path, broker) as it:
        connection = it.explorer.session.connection

        def lose(state: ConnectionState) -> None:
            if isinstance(state, WaitingToReconnect):
                asyncio.get_running_loop().call_soon(connection.retry_now)

        connection.watch(lose)
        connection.retry_now()
        await it.until(lambda: any("It came with #: paused" in toast for toast in it.toasts()))
        await it.frame()
        assert "nothing" in str(it.explorer.query_one(Notice).render())


async def test_a_will_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    broker = FakeBroker()
    will = WillMessage(topic="gone/me", payload="bye")
    target = Target("fake", BrokerProfile(url="mqtt://fake.invalid:1883", will=will))
    async with opened(tmp_path, broker, (120, 40), target) as it:
        await it.pilot.press("ctrl+x")
        await it.until(lambda: isinstance(it.app.screen, Confirm))
        await it.pilot.press("y")
        await it.until(lambda: isinstance(it.explorer.session.connection.state, Disconnected))
        assert broker.will_asked_for
        assert any("told to publish the will" in toast for toast in it.toasts())
        await it.pilot.press("ctrl+x")
        assert isinstance(it.app.screen, Explorer)  # there is no connection to end
        await it.pilot.press("ctrl+r")
        await it.until(lambda: isinstance(it.explorer.session.connection.state, Connected))


async def test_a_kept_session_is_left_after_a_question(tmp_path: Path) -> None:
    broker = FakeBroker()
    kept = BrokerProfile(url="mqtt://fake.invalid:1883", clean_start=False)
    async with opened(tmp_path, broker, (120, 40), Target("fake", kept)) as it:
        await it.pilot.press("N")
        await it.until(lambda: isinstance(it.app.screen, Confirm))
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, Explorer))
        assert len(broker.profiles) == 1, "Enter does no harm"
        await it.pilot.press("N")
        await it.until(lambda: isinstance(it.app.screen, Confirm))
        await it.pilot.press("y")
        await it.until(lambda: len(broker.profiles) == 2 and broker.is_connected)
        assert broker.clean_starts == [False, True]
    async with opened(tmp_path / "other", FakeBroker()) as it:
        await it.pilot.press("N")
        assert isinstance(it.app.screen, Explorer), "no session is kept"


async def test_without_a_will_none_is_offered(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeBroker()) as it:
        await it.pilot.press("ctrl+x")
        assert isinstance(it.app.screen, Explorer)


async def test_a_subscription_that_was_refused_is_not_shown_as_made(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.refused_filters["#"] = ReasonCode(0x87)
    async with opened(tmp_path, broker) as it:
        await it.frame()
        said = it.explorer.query_one(Notice).render().plain
    assert "Subscribed to nothing" in said
    assert "The broker refused #." in said


async def test_a_refused_connection_says_why_and_what_to_do(tmp_path: Path) -> None:
    broker = FakeBroker()
    error = ConnectRefused("Bad User Name or Password (0x86).", hint="Check them.", reason_code=0x86, permanent=True)
    broker.refuse(error)
    async with opened(tmp_path, broker) as it:
        await it.frame()
        said = it.explorer.query_one(Notice).render().plain
        assert "Bad User Name or Password (0x86)" in said
        assert "Check them." in said
        await it.pilot.press("ctrl+r")
        await it.pilot.pause()
        await it.frame()
        assert "Connected" in it.explorer.query_one(Notice).render().plain
