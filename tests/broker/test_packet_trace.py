"""The trace of a real connection."""

from pathlib import Path

import pytest

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.model.properties import write_variable_byte_integer
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicName
from mqtt_tui.profiles.options import TlsOptions, WillMessage
from mqtt_tui.profiles.secrets import PASSWORD, Credentials
from tests.broker.conftest import StartMosquitto
from tests.support.certificates import Certificates
from tests.support.connecting import CollectingSink, quick_profile

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("scheme", ["mqtt", "mqtts", "ws"])
async def test_what_goes_and_comes_is_seen_without_secrets(
    start_mosquitto: StartMosquitto, tmp_path: Path, scheme: str
) -> None:
    certificates = Certificates(tmp_path / "certificates")
    listener = {"mqtt": [], "mqtts": certificates.listener(), "ws": ["protocol websockets"]}[scheme]
    broker = start_mosquitto(listener=listener, passwords={"ops": "C4N4RY"})
    profile = quick_profile(
        f"{scheme}://127.0.0.1:{broker.port}",
        username="ops",
        will=WillMessage(topic="gone", payload="C4N4RY"),
        tls=TlsOptions(ca_file=str(certificates.ca_file)),
    )
    session = SessionState()
    session.trace.is_on = True
    transport = AiomqttTransport(profile, Credentials({PASSWORD: "C4N4RY"}), CollectingSink(), session=session)
    await transport.open()
    await transport.subscribe([one.subscription() for one in profile.subscriptions])
    await transport.publish(PublishRequest(topic_name=TopicName("a/b"), payload=b"C4N4RY", qos=QoS.EXACTLY_ONCE))
    session.trace.is_on = False
    for is_sent, counted in ((True, session.traffic.sent), (False, session.traffic.received)):
        sizes = [one.size for one in session.trace.packets if one.is_sent is is_sent]
        assert counted == sum(1 + len(write_variable_byte_integer(size)) + size for size in sizes)
    await transport.close()
    seen = [(one.is_sent, one.kind) for one in session.trace.packets]
    assert seen[:4] == [(True, "CONNECT"), (False, "CONNACK"), (True, "SUBSCRIBE"), (False, "SUBACK")]
    own = [kind for is_sent, kind in seen[4:] if is_sent]
    assert own[:2] == ["PUBLISH", "PUBREL"]
    assert "PUBCOMP" in [kind for is_sent, kind in seen if not is_sent]
    assert "DISCONNECT" not in own, "it was switched off"
    said = "".join(one.description for one in session.trace.packets) + repr(session.trace.packets[0])
    assert "a/b, QoS 2" in said
    assert "C4N4RY" not in said
    assert "ops" not in said
    assert all(b"C4N4RY" not in one.body for one in session.trace.packets), "nor kept where nobody looks"
    back = next(one for one in session.trace.packets if one.kind == "PUBLISH" and not one.is_sent)
    assert back.size > len(back.body) > 0
