"""What happened to a connection, in words."""

from collections.abc import Callable

from mqtt_tui.connection.event_log import KEPT, EventLog, Weight
from mqtt_tui.connection.state import Connack, Connected, Connecting, Disconnected, Failed, Gap, WaitingToReconnect
from mqtt_tui.connection.transport import Grant
from mqtt_tui.errors import CannotConnect, Rejected
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter


def clock() -> Callable[[], int]:
    seconds = iter(range(1, 10_000))
    return lambda: next(seconds) * 1_000_000_000


def test_a_life_in_words() -> None:
    log = EventLog(clock(), "broker:1883")
    log.state(Connecting(1))
    log.state(WaitingToReconnect(2, 1.5, 0.0, CannotConnect("Nothing listens.", hint="Does it run?")))
    log.state(Connecting(2))
    connack = Connack(protocol=Protocol.V5, session_present=True, client_identifier="me", keep_alive=60)
    log.connected(connack)
    log.gap(Gap(0, 61_000_000_000, "it went away", session_resumed=False))
    log.state(Connected(connack))
    log.not_published("a/\x1b[31m", Rejected("The broker refused it."))
    log.state(Failed(CannotConnect("Banned.")))
    log.state(Disconnected())
    assert [(event.weight, event.text) for event in log.events] == [
        (Weight.NOTE, "Connecting to broker:1883."),
        (Weight.PROBLEM, "Nothing listens."),
        (Weight.NOTE, "Connecting to broker:1883, attempt 2."),
        (Weight.GOOD, "Connected with MQTT 5, the session was resumed."),
        (Weight.WARNING, "Nothing came for 61.0 s: messages may be missing."),
        (Weight.PROBLEM, "The broker refused it."),
        (Weight.PROBLEM, "Banned."),
        (Weight.NOTE, "Disconnected."),
    ]
    waiting, lost, refused = log.events[1], log.events[4], log.events[5]
    assert (waiting.hint, waiting.facts) == ("Does it run?", (("next attempt", "in 1.5 s"),))
    assert lost.facts == (("because", "it went away"),)
    assert refused.facts == (("topic", "a/␛[31m"),)
    assert [event.at // 1_000_000_000 for event in log.events] == list(range(1, 9))


def test_answers_to_subscriptions_say_what_was_granted() -> None:
    log = EventLog(clock(), "b")
    wanted = Subscription(topic_filter=TopicFilter("a/#"), qos=QoS.EXACTLY_ONCE)
    log.answered(wanted, Grant(ReasonCode(2)))
    log.answered(wanted, Grant(ReasonCode(1)))
    log.answered(wanted, Grant(ReasonCode(0x87), "no \x1b"))
    log.left("a/#")
    assert [event.text for event in log.events] == [
        "Subscribed to a/# with QoS 2.",
        "Subscribed to a/# with QoS 1 instead of 2.",
        "The subscription to a/# was refused: Not authorized (0x87), “no ␛”.",
        "Unsubscribed from a/#.",
    ]
    assert [event.is_problem for event in log.events] == [False, True, True, False]


def test_the_oldest_give_way() -> None:
    log = EventLog(clock(), "b")
    for _ in range(KEPT + 5):
        log.left("x")
    assert (len(log.events), log.total) == (KEPT, KEPT + 5)
    assert log.events[0].at == 6_000_000_000
