"""What a profile says, as it stands in the packets that a broker gets (MQTT 5.0, 3.1 and 3.8)."""

import asyncio

import pytest
from msgspec.structs import replace

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.connect_packet import read_connect
from mqtt_tui.demo.broker.control_properties import OF_CONNECT, Name, read_control_properties
from mqtt_tui.demo.broker.subscribe_packet import read_subscribe
from mqtt_tui.errors import CannotConnect
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.options import SubscriptionOptions, WebSocketOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import resolve
from tests.support.connecting import against, attempt, quick_profile
from tests.support.hostile_broker import HostileBroker, Peer, connack

WILL = WillMessage(
    topic="gone/me",
    payload="bye",
    qos=1,
    retain=True,
    delay_interval=30,
    message_expiry_interval=0,
    payload_format_indicator=1,
    content_type="text/plain",
    response_topic="answer/me",
    correlation_data="é",
    user_properties=(("k", "v"), ("k", "w")),
)


async def connect_of(profile: BrokerProfile) -> bytes:
    bodies: list[bytes] = []

    async def script(peer: Peer) -> None:
        bodies.append(await peer.read_connect())
        peer.send(connack(protocol=peer.protocol))

    async with HostileBroker(script) as broker:
        await attempt(replace(profile, url=broker.url), resolve(profile))
    return bodies[0]


def properties_of(body: bytes) -> tuple[dict[Name, object], list[tuple[str, str]]]:
    reader = BodyReader(body)
    reader.string()
    for size in (1, 1, 2):  # level, flags, keep alive
        reader.integer(size)
    found = read_control_properties(reader, OF_CONNECT)
    known = {name: found.integer(name) or found.string(name) or found.binary(name) for name in OF_CONNECT}
    return {name: value for name, value in known.items() if value is not None}, found.user_properties


async def test_every_property_of_connect_is_sent() -> None:
    profile = quick_profile(
        "mqtt://h",
        clean_start=False,
        session_expiry_interval=3600,
        keep_alive=17,
        maximum_packet_size=65_536,
        receive_maximum=20,
        topic_alias_maximum=9,
        request_response_information=True,
        authentication_method="TOKEN",
        authentication_data=Secret(value="é"),
        user_properties=(("site", "a"), ("site", "b")),
    )
    body = await connect_of(profile)
    connect = read_connect(body)
    assert (connect.clean_start, connect.keep_alive, connect.client_identifier) == (False, 17, "under-test")
    known, user_properties = properties_of(body)
    assert known == {
        Name.SESSION_EXPIRY_INTERVAL: 3600,
        Name.MAXIMUM_PACKET_SIZE: 65_536,
        Name.RECEIVE_MAXIMUM: 20,
        Name.TOPIC_ALIAS_MAXIMUM: 9,
        Name.REQUEST_RESPONSE_INFORMATION: 1,
        Name.REQUEST_PROBLEM_INFORMATION: 1,
        Name.AUTHENTICATION_METHOD: "TOKEN",
        Name.AUTHENTICATION_DATA: "é".encode(),
    }
    assert user_properties == [("site", "a"), ("site", "b")]


async def test_only_what_differs_from_the_specifications_defaults_is_sent() -> None:
    known, user_properties = properties_of(await connect_of(quick_profile("mqtt://h")))
    assert set(known) == {Name.MAXIMUM_PACKET_SIZE, Name.REQUEST_PROBLEM_INFORMATION}
    assert not user_properties


async def test_the_will_goes_with_all_its_properties() -> None:
    will = read_connect(await connect_of(quick_profile("mqtt://h", will=WILL))).will
    assert will is not None
    assert (will.topic_name, will.payload, will.qos, will.retain, will.delay) == ("gone/me", b"bye", 1, True, 30)
    assert will.properties == PublishProperties(
        payload_format_indicator=1,
        message_expiry_interval=0,
        content_type="text/plain",
        response_topic="answer/me",
        correlation_data="é".encode(),
        user_properties=(("k", "v"), ("k", "w")),
    )


async def test_before_mqtt_5_the_rest_of_it_goes_without_properties() -> None:
    profile = quick_profile("mqtt://h", protocol="3.1.1", will=WILL, user_properties=(("a", "b"),))
    connect = read_connect(await connect_of(profile))
    assert connect.protocol is Protocol.V311
    assert connect.will is not None
    assert connect.will.payload == b"bye"
    assert not connect.will.properties


async def test_subscriptions_that_share_no_identifier_go_in_packets_of_their_own() -> None:
    bodies: list[bytes] = []

    async def script(peer: Peer) -> None:
        await peer.accept()
        for _ in range(2):
            await peer.acknowledge_subscribe()
            bodies.append(peer.received[-1][1])
        await peer.until_it_leaves()

    subscriptions = (
        SubscriptionOptions(filter="a", identifier=7, user_properties=(("k", "v"),)),
        SubscriptionOptions(filter="b", qos=1, retain_handling=2),
        SubscriptionOptions(filter="c", identifier=7, user_properties=(("k", "v"),)),
    )
    async with against(script, subscriptions=subscriptions) as (_, connection):
        await connection.until_connected()
    first, second = (read_subscribe(body, Protocol.V5) for body in bodies)
    assert [one and one.topic_filter for one in first.subscriptions] == ["a", "c"]
    assert [one and (one.topic_filter, one.qos) for one in second.subscriptions] == [("b", 1)]
    assert (first.subscription_identifier, second.subscription_identifier) == (7, None)


async def handshake_of(websocket: WebSocketOptions) -> dict[str, list[str]]:
    """The headers of the request that is sent for a WebSocket, by name in small letters."""
    requests: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with server:
        profile = quick_profile(f"ws://127.0.0.1:{port}/mqtt", websocket=websocket)
        with pytest.raises(CannotConnect, match="404"):
            await attempt(profile, resolve(profile))
    headers: dict[str, list[str]] = {}
    for line in requests[0].decode().split("\r\n")[1:-2]:
        name, _, value = line.partition(": ")
        headers.setdefault(name.lower(), []).append(value)
    return headers


async def test_headers_and_sub_protocol_take_the_place_of_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_TOKEN", "Bearer 123")
    headers: dict[str, str | Secret] = {
        "authorization": Secret(env="SITE_TOKEN"),
        "ORIGIN": "http://elsewhere",
        "X-Site": "7",
    }
    found = await handshake_of(WebSocketOptions(headers=headers, subprotocol="mqttv3.1"))
    assert found["authorization"] == ["Bearer 123"]
    assert found["origin"] == ["http://elsewhere"]
    assert found["x-site"] == ["7"]
    assert found["sec-websocket-protocol"] == ["mqttv3.1"]


async def test_mqtt_is_the_sub_protocol_and_may_be_left_out() -> None:
    assert (await handshake_of(WebSocketOptions()))["sec-websocket-protocol"] == ["mqtt"]
    assert "sec-websocket-protocol" not in await handshake_of(WebSocketOptions(subprotocol=""))
