"""The command that publishes a message again, run for real."""

import asyncio
import shlex
import subprocess

import pytest

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.subscribe_packets import subscribe_packets
from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.options import ProxyOptions, TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.recording.shell_command import mosquitto_pub, quoted
from tests.support.connecting import CollectingSink, quick_profile
from tests.support.mosquitto import Mosquitto

PROPERTIES = PublishProperties(
    payload_format_indicator=1,
    message_expiry_interval=60,
    response_topic="answer to/me",
    correlation_data=b"it's 7",
    user_properties=(("line", "A"), ("it's $HOME", "`id`\\ \u202e")),
    content_type="text/plain; charset=utf-8",
)


def message(
    payload: bytes,
    topic: bytes = b"a/b",
    *,
    protocol: Protocol = Protocol.V5,
    properties: PublishProperties = PROPERTIES,
    retain: bool = False,
) -> ApplicationMessage:
    head, name, rest = raw_publish(
        topic, payload, protocol=protocol, qos=1, retain=retain, packet_identifier=7, properties=properties
    )
    return ApplicationMessage(name, Arrival(0, head, protocol=protocol), rest)


@pytest.mark.parametrize(
    ("payload", "topic"),
    [
        (b'{"it\'s": "7"}', b"a/b"),
        (b"-t\n\\ two lines\r\n$HOME `id` \x1b]0;x\x07", b"-t $x/'y' \xe2\x80\xae"),
        (bytes(range(256)), b"binary"),
        ("é".encode() * 5_000, b"long"),
        (b"", b"empty"),
    ],
)
async def test_it_publishes_the_same_again(broker: Mosquitto, payload: bytes, topic: bytes) -> None:
    sink = CollectingSink()
    profile = quick_profile(broker.url)
    transport = AiomqttTransport(profile, Credentials(), sink)
    connack = await transport.open()
    for packet in subscribe_packets([Subscription(topic_filter=TopicFilter("#"), qos=1)], connack):  # type: ignore[arg-type]
        await transport.subscribe(packet)
    sent = message(payload, topic)
    shell = await asyncio.create_subprocess_exec("bash", "-c", mosquitto_pub(sent, profile))
    assert await shell.wait() == 0
    (came,) = await sink.received(1)
    await transport.close()
    assert (came.topic, came.payload, came.qos) == (topic, payload, 1)
    assert came.properties == sent.properties


def test_the_way_to_the_broker_is_in_it_and_no_secret() -> None:
    tls = TlsOptions(ca_file="/etc/our ca.pem", certificate_file="c.pem", key_file="k.pem", verify=False)
    profile = BrokerProfile(url="mqtts://plant:8884", username="o'brien", password=Secret(value="s3cret"), tls=tls)
    command = mosquitto_pub(message(b"x", protocol=Protocol.V311, properties=PublishProperties(), retain=True), profile)
    assert shlex.split(command, comments=True) == (
        "mosquitto_pub -h plant -p 8884 -u o'brien --cafile /etc/our\0ca.pem --cert c.pem --key k.pem --insecure "
        "-V 311 -t a/b -q 1 -r -m x"
    ).replace("o'", "o\\'").replace(" ", "\n").replace("\0", " ").replace("\\", "").split("\n")
    assert command.endswith("  # without the password (-P)")
    assert "s3cret" not in command


def test_what_it_cannot_say_is_told() -> None:
    profile = BrokerProfile(url="wss://h/mqtt", proxy=ProxyOptions(url="socks5://p:1080"))
    binary = message(b"x", properties=PublishProperties(correlation_data=b"\xff"))
    assert mosquitto_pub(binary, profile).endswith(
        "  # without the binary correlation data, WebSocket, which it does not speak, the proxy"
    )
    assert mosquitto_pub(message(b"x"), BrokerProfile(url="unix:///run/m.sock")).startswith(
        "mosquitto_pub --unix /run/m.sock -V 5"
    )


def test_a_word_is_exactly_its_bytes() -> None:
    every = bytes(range(1, 256))
    echoed = subprocess.run(["bash", "-c", f"printf %s {quoted(every)}"], check=True, capture_output=True, timeout=10)
    assert echoed.stdout == every
    assert quoted(b"plain/topic") == "plain/topic"
