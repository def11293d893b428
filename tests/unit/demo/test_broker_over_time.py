"""What time brings: ends of messages, sessions and waits for wills; with a clock that the tests turn."""

from mqtt_tui.demo.broker.connect_packet import Connect, Will
from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.demo.broker.publication import Publication
from mqtt_tui.demo.broker.router import Router
from mqtt_tui.demo.broker.session import Peer, Session
from mqtt_tui.model.properties import NONE, PublishProperties, read_properties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """Collects what is sent to a client."""

    def __init__(self) -> None:
        self.is_backed_up = False
        self.packets: list[bytes] = []

    def send(self, packet: bytes) -> None:
        self.packets.append(packet)

    def taken_over(self) -> None:
        raise AssertionError("no test here takes a session over")


class Scene:
    """A router with clients that come and go."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = Clock()
        self.router = Router(limits or Limits(), self.clock)

    def enter(self, name: str, *, expiry: int = 0, clean: bool = False) -> tuple[Session, bool, Line]:
        line = Line()
        wish = Connect(
            protocol=Protocol.V5,
            client_identifier=name,
            clean_start=clean,
            keep_alive=0,
            session_expiry_interval=expiry,
            receive_maximum=10,
            maximum_packet_size=None,
            authentication_method=None,
            will=None,
        )
        session, is_resumed = self.router.open_session(wish, name, line)
        session.attach(Peer(line, Protocol.V5, 10, None), self.clock.now)
        return session, is_resumed, line

    def subscribe(self, session: Session, topic_filter: str, qos: QoS = QoS.AT_MOST_ONCE) -> int:
        subscription = Subscription(topic_filter=TopicFilter(topic_filter), qos=qos)
        _, retained = self.router.subscribe(session, subscription, None)
        for delivery in retained:
            session.deliver(delivery, self.clock.now)
        return len(retained)

    def publish(self, topic: str, *, qos: int = 0, retain: bool = False, expiry: int | None = None) -> None:
        properties = PublishProperties(message_expiry_interval=expiry) if expiry else NONE
        self.router.publish(
            Publication(
                topic_name=topic,
                payload=b"x",
                qos=qos,
                retain=retain,
                properties=properties,
                sender=None,
                received_at=self.clock.now,
            )
        )

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        self.router.tick()


def _will(delay: int) -> Will:
    return Will(topic_name="will", payload=b"gone", qos=0, retain=False, delay=delay, properties=NONE)


def test_a_retained_message_tells_how_long_it_has_left_and_is_gone_after_that() -> None:
    scene = Scene()
    scene.publish("a", retain=True, expiry=60)
    scene.pass_time(50)
    early, _, line = scene.enter("early")
    scene.subscribe(early, "a")
    properties, _ = read_properties(line.packets[0], 5)
    assert properties.message_expiry_interval == 10
    scene.pass_time(10)
    late, _, _ = scene.enter("late")
    assert scene.subscribe(late, "a") == 0
    assert len(scene.router.retained) == 0


def test_a_queued_message_that_expired_is_not_sent() -> None:
    scene = Scene()
    session, _, _ = scene.enter("me", expiry=600)
    scene.subscribe(session, "#", QoS.AT_LEAST_ONCE)
    scene.router.leave_session(session, 600, None)
    scene.publish("short", qos=1, expiry=5)
    scene.publish("long", qos=1)
    scene.pass_time(6)
    _, is_resumed, line = scene.enter("me", expiry=600)
    assert is_resumed
    assert [packet[4:8] for packet in line.packets] == [b"long"]


def test_a_session_ends_when_its_interval_is_over() -> None:
    scene = Scene()
    for seconds, is_kept in ((59, True), (60, False)):
        session, _, _ = scene.enter("me", expiry=60)
        scene.router.leave_session(session, 60, None)
        scene.pass_time(seconds)
        again, is_resumed, _ = scene.enter("me", expiry=60)
        assert is_resumed is is_kept
        scene.router.leave_session(again, 0, None)


def test_a_will_waits_for_its_delay_and_is_dropped_when_the_client_returns() -> None:
    scene = Scene()
    watcher, _, line = scene.enter("watcher")
    scene.subscribe(watcher, "will")
    session, _, _ = scene.enter("me", expiry=600)
    scene.router.leave_session(session, 600, _will(delay=30))
    scene.pass_time(29)
    assert line.packets == []
    session, _, _ = scene.enter("me", expiry=600)
    scene.router.leave_session(session, 600, None)
    scene.pass_time(60)
    assert line.packets == []
    session, _, _ = scene.enter("me", expiry=600)
    scene.router.leave_session(session, 600, _will(delay=30))
    scene.pass_time(30)
    assert len(line.packets) == 1


def test_a_delayed_will_does_not_outlive_its_session() -> None:
    scene = Scene()
    watcher, _, line = scene.enter("watcher")
    scene.subscribe(watcher, "will")
    session, _, _ = scene.enter("me", expiry=5)
    scene.router.leave_session(session, 5, _will(delay=30))
    scene.pass_time(5)
    assert len(line.packets) == 1


def test_the_queue_of_an_absent_client_is_bounded_and_what_is_dropped_is_counted() -> None:
    scene = Scene(Limits(queued_messages=3))
    session, _, _ = scene.enter("me", expiry=600)
    scene.subscribe(session, "#", QoS.AT_LEAST_ONCE)
    scene.router.leave_session(session, 600, None)
    for _ in range(5):
        scene.publish("a", qos=1)
    assert scene.router.counters.publish_dropped == 2
    assert len(scene.enter("me", expiry=600)[2].packets) == 3


def test_retained_messages_are_bounded_in_bytes() -> None:
    scene = Scene(Limits(retained_bytes=2_000))
    for number in range(10):
        scene.publish(f"a/{number}", retain=True)
    assert len(scene.router.retained) == 3


def test_absent_sessions_give_way_to_new_ones() -> None:
    scene = Scene(Limits(sessions=2))
    for name in ("one", "two", "three"):
        session, _, _ = scene.enter(name, expiry=600)
        scene.router.leave_session(session, 600, None)
        scene.pass_time(1)
    assert scene.router.known == 2
    assert scene.enter("three", expiry=600)[1]
    assert not scene.enter("one", expiry=600)[1]


def test_a_shared_subscription_passes_over_members_that_are_away() -> None:
    scene = Scene()
    absent, _, _ = scene.enter("absent", expiry=600)
    present, _, line = scene.enter("present")
    for session in (absent, present):
        scene.subscribe(session, "$share/team/a", QoS.AT_LEAST_ONCE)
    scene.router.leave_session(absent, 600, None)
    for _ in range(4):
        scene.publish("a", qos=1)
    assert len(line.packets) == 4


def test_a_shared_subscription_gets_no_retained_messages() -> None:  # mosquitto 2.0 sends them; MQTT 5.0, 4.8.2
    scene = Scene()
    scene.publish("a", retain=True)
    session, _, _ = scene.enter("me")
    assert scene.subscribe(session, "$share/team/a") == 0
    assert scene.subscribe(session, "a") == 1
