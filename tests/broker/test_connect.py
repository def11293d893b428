"""Connecting to a real mosquitto, and being told why it does not work."""

import msgspec
import pytest

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import Connack, Disconnected
from mqtt_tui.errors import CannotConnect, ConnectRefused, UsageError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.options import SubscriptionOptions, WebSocketOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from mqtt_tui.profiles.secrets import PASSWORD, Credentials
from tests.broker.conftest import StartMosquitto
from tests.support.connecting import CollectingSink, RunningConnection, eventually
from tests.support.mosquitto import Mosquitto, free_port

pytestmark = pytest.mark.broker


def profile_for(url: str, **options: object) -> BrokerProfile:
    return msgspec.structs.replace(BrokerProfile(url=url, connect_timeout=5, client_id="under-test"), **options)


async def connack_of(profile: BrokerProfile, credentials: Credentials | None = None) -> Connack:
    transport = AiomqttTransport(profile, credentials or Credentials(), CollectingSink())
    try:
        return await transport.open()
    finally:
        await transport.close()


@pytest.mark.parametrize("protocol", ["5", "3.1.1", "3.1"])
async def test_every_version_of_the_protocol_connects(broker: Mosquitto, protocol: ProtocolChoice) -> None:
    connack = await connack_of(profile_for(broker.url, protocol=protocol))
    assert connack.protocol is Protocol.parse(protocol)
    assert connack.client_identifier == "under-test"
    assert not connack.session_present
    assert connack.tls is None


async def test_what_the_broker_grants_is_known(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(
        settings=["max_packet_size 2000", "max_inflight_messages 7", "max_keepalive 30", "retain_available false"],
        listener=["max_qos 1"],
    )
    connack = await connack_of(profile_for(f"mqtt://127.0.0.1:{broker.port}"))
    assert (connack.maximum_packet_size, connack.receive_maximum, connack.keep_alive) == (2000, 7, 30)
    assert not connack.retain_available
    assert connack.maximum_qos == 1


async def test_a_client_id_that_the_broker_assigns_is_known(broker: Mosquitto) -> None:
    connack = await connack_of(profile_for(broker.url, client_id=None))
    assert connack.client_identifier.startswith("auto-")


async def test_a_unix_socket_connects(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(unix_socket=True)
    assert (await connack_of(profile_for(f"unix://{broker.unix_path}"))).protocol is Protocol.V5


async def test_user_name_and_password_let_in(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(passwords={"ops": "s3cret"})
    profile = profile_for(broker.url, username="ops")
    assert (await connack_of(profile, Credentials({PASSWORD: "s3cret"}))).reason_string is None


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_a_wrong_password_fails_for_good_and_says_so(
    start_mosquitto: StartMosquitto, protocol: ProtocolChoice
) -> None:
    broker = start_mosquitto(passwords={"ops": "s3cret"})
    profile = profile_for(broker.url, username="ops", protocol=protocol)
    with pytest.raises(ConnectRefused) as refused:
        await connack_of(profile, Credentials({PASSWORD: "wr0ng"}))
    assert refused.value.permanent
    assert refused.value.field == "username"
    assert f"127.0.0.1:{broker.plain_port} refused the connection: Not authorized (0x87)" in str(refused.value)
    assert "wr0ng" not in str(refused.value) + refused.value.hint


async def test_a_websocket_connects_and_carries_messages(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(listener=["protocol websockets"])
    profile = profile_for(
        f"ws://127.0.0.1:{broker.port}/mqtt?room=1", websocket=WebSocketOptions(headers={"Authorization": "Bearer t"})
    )
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        broker.publish("a/b", b"\x00\xff", "-q", "1")
        (message,) = await connection.sink.received(1)
    assert (message.topic_name, message.payload) == ("a/b", b"\x00\xff")


async def test_a_websocket_to_a_plain_port_is_explained(broker: Mosquitto) -> None:
    with pytest.raises(CannotConnect, match="refused the WebSocket handshake"):
        await connack_of(profile_for(f"ws://127.0.0.1:{broker.port}/mqtt"))


async def test_plain_mqtt_to_a_websocket_port_is_explained(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(listener=["protocol websockets"])
    with pytest.raises(CannotConnect) as failed:
        await connack_of(profile_for(f"mqtt://127.0.0.1:{broker.port}"))
    assert "WebSocket" in failed.value.hint


async def test_an_unknown_host_is_explained() -> None:
    with pytest.raises(CannotConnect, match=r"no host called nosuch\.invalid"):
        await connack_of(profile_for("mqtt://nosuch.invalid"))


async def test_a_closed_port_is_explained() -> None:
    with pytest.raises(CannotConnect, match="Nothing listens at"):
        await connack_of(profile_for(f"mqtt://127.0.0.1:{free_port()}"))


async def test_the_will_is_published_when_the_link_breaks_and_not_after_a_clean_end(broker: Mosquitto) -> None:
    will = WillMessage(topic="last/words", payload="gone", qos=1, retain=True)
    profile = profile_for(broker.url, will=will)
    await connack_of(profile)
    assert broker.retained("last/#") == []

    transport = AiomqttTransport(profile, Credentials(), CollectingSink())
    await transport.open()
    assert transport._client is not None
    transport._client.abort()
    await eventually(lambda: "Client under-test closed its connection" in broker.log())
    assert broker.retained("last/#") == ["last/words gone"]


@pytest.mark.parametrize(("protocol", "says_goodbye"), [("5", True), ("3.1.1", False)])
async def test_the_will_is_published_on_purpose(
    broker: Mosquitto, protocol: ProtocolChoice, says_goodbye: bool
) -> None:
    will = WillMessage(topic="last/words", payload="on purpose", qos=1, retain=True)
    async with RunningConnection(profile_for(broker.url, will=will, protocol=protocol)) as connection:
        await connection.until_connected()
        assert connection.manager.has_will
        await connection.manager.stop(with_will=True)
        assert "publish the will" in connection.all(Disconnected)[0].reason
        await eventually(lambda: "disconnect" in broker.log().lower() or "closed its connection" in broker.log())
        assert broker.retained("last/#") == ["last/words on purpose"]
        assert ("Received DISCONNECT from under-test" in broker.log()) is says_goodbye
        connection.run()
        await connection.until_connected(2)


async def test_a_read_only_profile_leaves_no_will(broker: Mosquitto) -> None:
    will = WillMessage(topic="never/said", payload="gone", retain=True)
    transport = AiomqttTransport(profile_for(broker.url, will=will, read_only=True), Credentials(), CollectingSink())
    await transport.open()
    assert transport._client is not None
    transport._client.abort()
    await eventually(lambda: "Client under-test closed its connection" in broker.log())
    assert broker.retained("never/#") == []


@pytest.mark.parametrize(
    "options", [{"username": "x" * 70_000}, {"username": "bad\udcff"}, {"client_id": "x" * 70_000}]
)
async def test_a_profile_that_cannot_be_sent_is_no_crash(broker: Mosquitto, options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="The profile cannot be sent"):
        await connack_of(profile_for(broker.url, **options))


async def test_a_stored_message_arrives_with_its_retain_flag_and_properties(broker: Mosquitto) -> None:
    broker.publish("plant/hall", b"{}", "-q", "1", "-r", "-D", "publish", "content-type", "application/json")
    broker.publish("plant/other", b"x", "-r", "-D", "publish", "user-property", "k", "v 1")
    async with RunningConnection(profile_for(broker.url)) as connection:
        messages = sorted(await connection.sink.received(2), key=lambda message: message.topic)
    assert [message.retain for message in messages] == [True, True]
    assert messages[0].properties.content_type == "application/json"
    assert messages[1].properties.user_properties == (("k", "v 1"),)
    assert messages[0].arrival.epoch > 0


async def test_a_session_is_resumed_and_brings_what_was_missed(broker: Mosquitto) -> None:
    profile = profile_for(
        broker.url,
        clean_start=False,
        session_expiry_interval=60,
        subscriptions=(SubscriptionOptions(filter="jobs/#", qos=1),),
    )
    async with RunningConnection(profile) as first:
        assert not (await first.until_connected()).session_present
    broker.publish("jobs/1", b"while away", "-q", "1")
    async with RunningConnection(profile) as second:
        assert (await second.until_connected()).session_present
        (message,) = await second.sink.received(1)
    assert message.payload == b"while away"


async def test_a_clean_start_leaves_no_session_behind(broker: Mosquitto) -> None:
    profile = profile_for(broker.url, session_expiry_interval=60)
    async with RunningConnection(profile) as first:
        await first.until_connected()
    async with RunningConnection(profile) as second:
        assert not (await second.until_connected()).session_present


async def test_without_a_client_id_each_connection_has_its_own(broker: Mosquitto) -> None:
    profile = profile_for(broker.url, client_id=None)
    async with RunningConnection(profile, rng=None) as one, RunningConnection(profile, rng=None) as other:
        names = {(await one.until_connected()).client_identifier, (await other.until_connected()).client_identifier}
    assert len(names) == 2
    assert all(name.startswith("mqtt-tui-") for name in names)
