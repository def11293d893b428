"""Where gaps stand in a history."""

from mqtt_tui.connection.state import Gap
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.tui.widgets.history_rows import HistoryRows
from tests.support.inspector_host import InspectorHost


def topic(*times: int) -> TopicNode:
    """A topic with a message at each of these times."""
    host = InspectorHost()
    for host.now in times:
        node = host.receive(b"x")
    return node


def shown(rows: HistoryRows) -> list[object]:
    found = [rows.at(row) for row in range(len(rows))]
    return [one if isinstance(one, int) else [gap.reason for gap in one] for one in found]


def gap(began_at: int, ended_at: int, name: str) -> Gap:
    return Gap(began_at, ended_at, name, session_resumed=False)


def test_without_gaps_every_row_is_a_message() -> None:
    assert shown(HistoryRows(topic(1, 2, 3), [])) == [3, 2, 1]


def test_a_gap_stands_between_the_messages_before_and_after_it() -> None:
    rows = HistoryRows(topic(10, 20, 30, 40), [gap(25, 28, "a")])
    assert shown(rows) == [4, 3, ["a"], 2, 1]
    assert [rows.row_of(number) for number in (4, 3, 2, 1)] == [0, 1, 3, 4]


def test_what_a_resumed_session_brings_before_the_gap_is_closed_came_after_it() -> None:
    assert shown(HistoryRows(topic(10, 26, 30), [gap(25, 28, "a")])) == [3, 2, ["a"], 1]


def test_gaps_with_nothing_between_them_share_a_row_and_the_latest_may_stand_on_top() -> None:
    gaps = [gap(21, 22, "a"), gap(23, 24, "b"), gap(40, 41, "c")]
    assert shown(HistoryRows(topic(10, 20, 30), gaps)) == [["c"], 3, ["a", "b"], 2, 1]


def test_a_gap_before_the_first_message_at_hand_is_none_of_this_topic() -> None:
    assert shown(HistoryRows(topic(10, 20), [gap(1, 2, "a")])) == [2, 1]
