"""What a broker must do: the demo broker and a real mosquitto stand the same tests."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.demo.serve import Demo
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from tests.support.demo_broker import DISCONNECT, PUBCOMP, PUBREC, Clients, Message, Will
from tests.support.mosquitto import Mosquitto, require_mosquitto

NO_LOCAL, RETAIN_AS_PUBLISHED, ONLY_IF_NEW, NO_RETAINED = 4, 8, 1 << 4, 2 << 4
SESSION_OF_A_MINUTE = b"\x05\x11\x00\x00\x00\x3c"
VERSIONS = pytest.mark.parametrize("protocol", [Protocol.V31, Protocol.V311, Protocol.V5], ids=str)


@pytest.fixture(params=["demo", pytest.param("mosquitto", marks=pytest.mark.broker)])
def mosquitto_port(request: pytest.FixtureRequest) -> int | None:
    """The port of a mosquitto; None: the demo broker's turn."""
    if request.param == "demo":
        return None
    broker: Mosquitto = request.getfixturevalue("broker")
    return broker.plain_port


@pytest.fixture
async def clients(mosquitto_port: int | None) -> AsyncIterator[Clients]:
    """Connect to the broker under test."""
    if mosquitto_port is not None:
        async with Clients(mosquitto_port) as clients:
            yield clients
        return
    broker = DemoBroker()
    async with Clients(await broker.start()) as clients:
        yield clients
    await broker.stop()


@VERSIONS
@pytest.mark.parametrize("sent", [0, 1, 2])
@pytest.mark.parametrize("granted", [0, 1, 2])
async def test_a_message_arrives_at_the_lower_qos_of_both_sides(
    clients: Clients, protocol: Protocol, sent: int, granted: int
) -> None:
    receiver = await clients.subscriber("a/b", qos=granted, protocol=protocol)
    sender = await clients.connect(protocol, identifier="sender")
    assert await sender.publish("a/b", b"\x00\xff one", qos=sent) == 0
    await sender.publish("a/b", b"two", qos=sent)
    lower = min(sent, granted)
    assert await receiver.message() == Message("a/b", b"\x00\xff one", lower, retain=False)
    assert await receiver.message() == Message("a/b", b"two", lower, retain=False)
    await receiver.ping()


@VERSIONS
async def test_a_retained_message_waits_for_those_who_subscribe_later(clients: Clients, protocol: Protocol) -> None:
    sender = await clients.connect(protocol, identifier="sender")
    await sender.publish("a/b", b"old", qos=1, retain=True)
    await sender.publish("a/b", b"kept", qos=1, retain=True)
    receiver = await clients.subscriber("a/#", qos=1, protocol=protocol)
    assert await receiver.message() == Message("a/b", b"kept", 1, retain=True)
    await sender.publish("a/b", b"live", qos=1, retain=True)
    assert await receiver.message() == Message("a/b", b"live", 1, retain=False)


async def test_an_empty_payload_clears_the_retained_message_and_is_delivered(clients: Clients) -> None:
    sender = await clients.connect()
    await sender.publish("a/b", b"kept", qos=1, retain=True)
    receiver = await clients.subscriber("a/c", "a/b")
    assert (await receiver.message()).payload == b"kept"
    await sender.publish("a/b", b"", qos=1, retain=True)
    assert await receiver.message() == Message("a/b", b"", 0, retain=False)
    late = await clients.subscriber("a/b")
    await sender.publish("a/b", b"first thing seen", qos=1)
    assert (await late.message()).payload == b"first thing seen"


@pytest.mark.parametrize(
    ("topic_filter", "topics"),
    [
        ("a/+/c", ["a/b/c", "a//c"]),
        ("a/#", ["a", "a/b", "a/b/c", "a//c"]),
        ("+/b", ["a/b"]),
        ("+", ["a"]),
        ("/+", ["/a"]),
        ("#", ["a", "a/b", "a/b/c", "a//c", "/a"]),
        ("$demo/#", ["$demo/a"]),
        ("+/a", ["/a"]),
    ],
)
async def test_wildcards_match_levels_and_never_a_leading_dollar(
    clients: Clients, topic_filter: str, topics: list[str]
) -> None:
    receiver = await clients.subscriber(topic_filter, "end")
    sender = await clients.connect()
    for topic in ("a", "a/b", "a/b/c", "a//c", "/a", "$demo/a"):
        await sender.publish(topic, b"x", qos=1)
    await sender.publish("end", b"last", qos=1)
    seen = []
    while (message := await receiver.message()).payload != b"last":
        seen.append(message.topic)
    assert seen == topics


async def test_no_local_keeps_a_clients_own_messages_from_it(clients: Clients) -> None:
    client, other = await clients.connect(), await clients.connect()
    await client.subscribe("a/#", options=NO_LOCAL)
    await client.publish("a/own", b"x", qos=1)
    await other.publish("a/other", b"x", qos=1)
    assert (await client.message()).topic == "a/other"


async def test_retain_as_published_keeps_the_flag_of_live_messages(clients: Clients) -> None:
    client = await clients.connect()
    await client.subscribe("a/#", options=RETAIN_AS_PUBLISHED)
    await client.publish("a/b", b"x", retain=True)
    await client.publish("a/b", b"x")
    assert [(await client.message()).retain, (await client.message()).retain] == [True, False]


@pytest.mark.parametrize(
    ("options", "first", "again"), [(0, True, True), (ONLY_IF_NEW, True, False), (NO_RETAINED, False, False)]
)
async def test_retain_handling_says_when_retained_messages_are_sent(
    clients: Clients, options: int, first: bool, again: bool
) -> None:
    client = await clients.connect()
    await client.publish("a/b", b"kept", qos=1, retain=True)
    for expected in (first, again):
        await client.subscribe("a/#", options=options)
        await client.publish("a/end", b"end")
        assert ((await client.message()).payload == b"kept") is expected
        if expected:
            assert (await client.message()).payload == b"end"


async def test_every_publish_property_is_forwarded_and_repeated_names_keep_their_order(clients: Clients) -> None:
    properties = PublishProperties(
        payload_format_indicator=1,
        message_expiry_interval=300,
        response_topic="replies/1",
        correlation_data=b"\x00\xff",
        user_properties=(("k", "2"), ("a", ""), ("k", "1"), ("", "ü"), ("k", "2")),
        content_type="text/plain",
    )
    receiver = await clients.subscriber("a")
    sender = await clients.connect()
    await sender.publish("a", b"x", qos=1, properties=properties)
    assert (await receiver.message()).properties == properties


async def test_a_topic_alias_is_resolved_and_stays_between_client_and_broker(clients: Clients) -> None:
    receiver = await clients.subscriber("#")
    sender = await clients.connect()
    await sender.publish("a/long/topic", b"1", qos=1, properties=PublishProperties(topic_alias=3))
    await sender.publish("", b"2", qos=1, properties=PublishProperties(topic_alias=3))
    assert await receiver.message() == Message("a/long/topic", b"1", 0, retain=False)
    assert await receiver.message() == Message("a/long/topic", b"2", 0, retain=False)


async def test_a_message_names_the_subscription_that_brought_it(clients: Clients) -> None:
    client = await clients.connect()
    await client.publish("kept/a", b"x", qos=1, retain=True)
    await client.subscribe("live/#", identifier=7)
    await client.subscribe("kept/#", identifier=268_435_455)
    assert (await client.message()).properties.subscription_identifiers == (268_435_455,)
    await client.publish("live/a", b"x")
    assert (await client.message()).properties.subscription_identifiers == (7,)


@VERSIONS
async def test_a_will_is_published_when_the_client_is_cut_off_and_not_when_it_says_goodbye(
    clients: Clients, protocol: Protocol
) -> None:
    receiver = await clients.subscriber("wills/#", qos=1, protocol=protocol)
    polite = await clients.connect(protocol, identifier="polite", will=Will("wills/polite", b"gone"))
    await polite.disconnect()
    lost = await clients.connect(protocol, identifier="lost", will=Will("wills/lost", b"gone \xff", qos=1, retain=True))
    lost.cut()
    assert await receiver.message() == Message("wills/lost", b"gone \xff", 1, retain=False)
    late = await clients.subscriber("wills/#", qos=1, protocol=protocol)
    assert await late.message() == Message("wills/lost", b"gone \xff", 1, retain=True)


async def test_a_will_is_published_on_request_too(clients: Clients) -> None:
    receiver = await clients.subscriber("wills/#")
    client = await clients.connect(will=Will("wills/a", b"gone", properties=b"\x05\x03\x00\x02t/"))
    client.send(0xE0, b"\x04")  # Disconnect with Will Message
    assert await receiver.message() == Message(
        "wills/a", b"gone", 0, retain=False, properties=PublishProperties(content_type="t/")
    )


async def test_unsubscribing_says_what_was_there_and_ends_it(clients: Clients) -> None:
    client = await clients.connect()
    await client.subscribe("a/#", "b")
    await client.publish("a/b", b"before")
    assert (await client.message()).payload == b"before"
    assert await client.unsubscribe("a/#", "never") == [0x00, 0x11]
    await client.publish("a/b", b"after")
    await client.publish("b", b"x")
    assert (await client.message()).topic == "b"


async def test_each_filter_of_one_subscribe_gets_its_answer(clients: Clients) -> None:
    client = await clients.connect()
    assert await client.subscribe("a", "b/+", "#", qos=2) == [2, 2, 2]


@VERSIONS
async def test_a_second_client_of_the_same_name_takes_over_and_the_first_ones_will_is_published(
    clients: Clients, protocol: Protocol
) -> None:
    watcher = await clients.subscriber("wills/#", protocol=protocol)
    first = await clients.connect(protocol, identifier="me", will=Will("wills/me", b"gone"))
    second = await clients.connect(protocol, identifier="me")
    await first.closed()
    assert (await watcher.message()).payload == b"gone"
    await second.ping()


async def test_a_message_of_qos_2_that_is_sent_twice_is_delivered_once(clients: Clients) -> None:
    receiver = await clients.subscriber("a", qos=2)
    sender = await clients.connect()
    for head in (0x34, 0x3C):  # the second one with DUP
        sender.send(head, b"\x00\x01a\x00\x07\x00twice")
        assert (await sender.expect(PUBREC))[:2] == b"\x00\x07"
    sender.send(0x62, b"\x00\x07")
    assert (await sender.expect(PUBCOMP))[:2] == b"\x00\x07"
    await sender.publish("a", b"next", qos=2)
    assert [(await receiver.message()).payload for _ in range(2)] == [b"twice", b"next"]


async def test_a_nameless_client_is_given_a_name_of_its_own(clients: Clients) -> None:
    one, other = await clients.connect(), await clients.connect()
    names = [_assigned_name(client.connack) for client in (one, other)]
    assert all(names)
    assert names[0] != names[1]


def _assigned_name(connack: bytes) -> bytes:
    at = connack.index(b"\x12\x00", 3)  # ASSIGNED CLIENT IDENTIFIER, shorter than 256 bytes
    return connack[at + 3 : at + 3 + connack[at + 2]]


async def test_a_nameless_client_of_mqtt_3_cannot_have_a_session(clients: Clients) -> None:
    client = await clients.connect(Protocol.V311, clean=False)
    assert client.connack == b"\x00\x02"
    assert await client.closed() == b""


@pytest.mark.parametrize("protocol", [Protocol.V311, Protocol.V5], ids=str)
async def test_a_session_keeps_what_came_while_its_client_was_away(clients: Clients, protocol: Protocol) -> None:
    first = await clients.connect(protocol, identifier="me", clean=False, properties=SESSION_OF_A_MINUTE)
    assert first.connack[0] == 0
    await first.subscribe("a/#", qos=2)
    await first.disconnect()
    sender = await clients.connect()
    for qos in (1, 2):
        await sender.publish("a/b", b"for later", qos=qos)
    again = await clients.connect(protocol, identifier="me", clean=False, properties=SESSION_OF_A_MINUTE)
    assert again.connack[0] == 1
    assert [(await again.message()).qos, (await again.message()).qos] == [1, 2]
    again.cut()


async def test_a_clean_start_finds_nothing_of_the_old_session(clients: Clients) -> None:
    first = await clients.connect(identifier="me", properties=SESSION_OF_A_MINUTE)
    await first.subscribe("a/#", qos=1)
    await first.disconnect()
    again = await clients.connect(identifier="me", clean=True)
    assert again.connack[0] == 0
    await again.publish("a/b", b"x", qos=1)
    await again.subscribe("end")
    await again.publish("end", b"x")
    assert (await again.message()).topic == "end"


async def test_what_was_not_acknowledged_is_repeated_to_a_resumed_session(clients: Clients) -> None:
    first = await clients.connect(identifier="me", clean=False, properties=SESSION_OF_A_MINUTE)
    first.acknowledges = False
    await first.subscribe("a", qos=1)
    await first.publish("a", b"x", qos=1)
    assert not (await first.message()).dup
    first.cut()
    again = await clients.connect(identifier="me", clean=False, properties=SESSION_OF_A_MINUTE)
    assert await again.message() == Message("a", b"x", 1, retain=False, dup=True)


async def test_a_client_is_sent_no_more_at_once_than_its_receive_maximum(clients: Clients) -> None:
    client = await clients.connect(properties=b"\x03\x21\x00\x02")
    client.acknowledges = False
    await client.subscribe("a", "end", qos=1)
    for number in b"123":
        await client.publish("a", bytes((number,)), qos=1)
    client.send(0x30, b"\x00\x03end\x00")  # QoS 0 is not held back
    assert [(await client.message()).payload for _ in range(3)] == [b"1", b"2", b""]
    client.send(0x40, b"\x00\x01")
    assert (await client.message()).payload == b"3"


async def test_a_client_is_sent_no_packet_above_its_maximum_packet_size(clients: Clients) -> None:
    client = await clients.connect(properties=b"\x05\x27\x00\x00\x00\x40")
    await client.subscribe("a", qos=1)
    for payload in (b"x" * 100, b"y" * 10):
        await client.publish("a", payload, qos=1)
    assert (await client.message()).payload == b"y" * 10


async def test_old_and_new_clients_understand_each_other(clients: Clients) -> None:
    properties = PublishProperties(content_type="text/plain", user_properties=(("k", "v"),))
    old = await clients.subscriber("to/old", qos=1, protocol=Protocol.V311)
    new = await clients.subscriber("to/new", qos=1)
    await new.publish("to/old", b"properties are left out", qos=1, properties=properties)
    await old.publish("to/new", b"nothing is made up", qos=1)
    assert await old.message() == Message("to/old", b"properties are left out", 1, retain=False)
    assert await new.message() == Message("to/new", b"nothing is made up", 1, retain=False)


async def test_a_shared_subscription_gives_each_message_to_one_member(clients: Clients) -> None:
    one, other = await clients.connect(), await clients.connect()
    for client in (one, other):
        await client.subscribe("$share/team/a/#", "end")
    for number in range(10):
        await one.publish(f"a/{number}", b"x", qos=1)
    await one.publish("end", b"last", qos=1)
    seen = []
    for client in (one, other):
        mine = []
        while (message := await client.message()).payload != b"last":
            mine.append(message.topic)
        assert mine, "a member got nothing"
        seen += mine
    assert sorted(seen) == [f"a/{number}" for number in range(10)]


async def test_a_broken_property_ends_the_connection_with_a_reason(clients: Clients) -> None:
    client = await clients.connect()
    client.send(0x30, b"\x00\x01a\x02\x7f\x00x")  # property 0x7F does not exist
    body = await client.expect(DISCONNECT)
    assert body[0] in (0x81, 0x82)
    assert await client.closed() == b""


async def test_nobody_but_the_broker_writes_below_sys(clients: Clients) -> None:
    client = await clients.connect()
    await client.publish("$SYS/broker/version", b"forged", qos=0, retain=True)
    await client.subscribe("$SYS/broker/version")
    assert (await client.message()).payload != b"forged"


@pytest.mark.broker
@pytest.mark.parametrize("version", ["311", "5"])
async def test_mosquitto_sub_can_watch_the_demo(version: str) -> None:
    require_mosquitto()
    async with Demo() as demo:
        port = demo.url.rpartition(":")[2]
        options = ("-V", version, "-p", port, "-t", "#", "-v", "-C", "150", "-W", "20", "-F", "%t")
        process = await asyncio.create_subprocess_exec("mosquitto_sub", *options, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
    assert process.returncode == 0
    assert "factory/hall-2/press-07/config" in output.decode().splitlines()
