"""Every way to a broker with every version of the protocol: each works, or says what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicName
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from mqtt_tui.profiles.secrets import PASSWORD, Credentials
from tests.support.certificates import Certificates
from tests.support.connecting import RunningConnection, failure_of, quick_profile
from tests.support.mosquitto import Mosquitto, free_port, require_mosquitto

pytestmark = [pytest.mark.broker, pytest.mark.xdist_group("matrix")]

PASSWORDS = {"ops": "s3cret"}
LOGIN = Credentials({PASSWORD: PASSWORDS["ops"]})
SECURE = ("mqtts", "wss")
WAYS = ("mqtt", "mqtts", "mqtts with a client certificate", "ws", "wss", "wss with a client certificate", "unix")


class Site:
    """A broker for each way, started when first asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._brokers: dict[str, Mosquitto] = {}
        self.certificates = Certificates(directory / "certificates")
        self.foreign = Certificates(directory / "foreign")
        certificate, key = self.certificates.issue("me", "ops@example.org")
        ca_file = str(self.certificates.ca_file)
        self.trusting = TlsOptions(ca_file=ca_file)
        self.showing = TlsOptions(ca_file=ca_file, certificate_file=str(certificate), key_file=str(key))

    def broker(self, way: str, *listener: str) -> Mosquitto:
        """The broker of a way; with lines of its TLS listener, one of its own kind."""
        key = " ".join((way, *listener))
        if key not in self._brokers:
            lines = ["protocol websockets"] if way.startswith("ws") else []
            if "client certificate" in way:
                lines += self.certificates.listener_with_client_certificates()
            elif way in SECURE:
                lines += listener or self.certificates.listener()
            broker = Mosquitto(
                self._directory / f"{len(self._brokers)}",
                listener=lines,
                passwords=PASSWORDS,
                unix_socket=way == "unix",
            )
            self._brokers[key] = broker.__enter__()
        return self._brokers[key]

    def profile(self, way: str, broker: Mosquitto | None = None) -> BrokerProfile:
        """A profile that is right for a way."""
        scheme, _, certificate = way.partition(" ")
        broker = broker or self.broker(way)
        url = f"unix://{broker.unix_path}" if way == "unix" else f"{scheme}://127.0.0.1:{broker.port}"
        tls = self.showing if certificate else self.trusting
        return quick_profile(url, username="ops", connect_timeout=3, tls=tls)

    def close(self) -> None:
        for broker in self._brokers.values():
            broker.kill()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    require_mosquitto()
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.close()


@pytest.mark.parametrize("protocol", ["5", "3.1.1", "3.1"])
@pytest.mark.parametrize("way", WAYS)
async def test_what_is_published_comes_back(site: Site, way: str, protocol: ProtocolChoice) -> None:
    profile = replace(site.profile(way), protocol=protocol)
    request = PublishRequest(topic_name=TopicName("a/b"), payload=b"\x00\xff", qos=QoS.EXACTLY_ONCE)
    async with RunningConnection(profile, LOGIN) as connection:
        assert (await connection.until_connected()).protocol.title == protocol
        await connection.manager.publish(request)
        (message,) = await connection.sink.received(1)
    assert (message.topic_name, message.payload) == ("a/b", b"\x00\xff")


WRONG_SCHEMES = {
    ("mqtt", "mqtts"): "closed the connection during the TLS handshake|does not speak TLS",
    ("mqtt", "ws"): "refused the WebSocket handshake",
    ("mqtt", "wss"): "closed the connection during the TLS handshake|does not speak TLS",
    ("mqtts", "mqtt"): "closed the connection without CONNACK|speaks TLS",
    ("mqtts", "ws"): "refused the WebSocket handshake",
    ("mqtts", "wss"): "refused the WebSocket handshake",
    ("ws", "mqtt"): "closed the connection without CONNACK|sent no CONNACK|web server",
    ("ws", "mqtts"): "TLS",
    ("ws", "wss"): "TLS",
    ("wss", "mqtt"): "closed the connection without CONNACK|speaks TLS",
    ("wss", "mqtts"): "closed the connection without CONNACK|sent no CONNACK|web server",
    ("wss", "ws"): "refused the WebSocket handshake",
}
"""By what listens and what is spoken."""


@pytest.mark.parametrize(("listens", "spoken"), WRONG_SCHEMES)
async def test_a_wrong_scheme_is_explained(site: Site, listens: str, spoken: str) -> None:
    url = f"{spoken}://127.0.0.1:{site.broker(listens).port}"
    await fails(replace(site.profile(listens), url=url), WRONG_SCHEMES[listens, spoken])


@pytest.mark.parametrize("way", WAYS)
async def test_a_wrong_password_is_explained(site: Site, way: str) -> None:
    await fails(site.profile(way), r"refused the connection: (Not authorized|Bad User Name or Password)")


@pytest.mark.parametrize("way", [way for way in WAYS if way != "unix"])
async def test_a_wrong_port_is_explained(site: Site, way: str) -> None:
    url = f"{way.partition(' ')[0]}://127.0.0.1:{free_port()}"
    await fails(replace(site.profile(way), url=url), "Nothing listens at")


async def test_a_wrong_socket_is_explained(site: Site) -> None:
    await fails(replace(site.profile("unix"), url="unix:///nowhere/mqtt.sock"), "There is no socket at")


@pytest.mark.parametrize("way", SECURE)
async def test_a_foreign_authority_is_explained(site: Site, way: str) -> None:
    tls = TlsOptions(ca_file=str(site.foreign.ca_file))
    await fails(replace(site.profile(way), tls=tls), "its authority is not trusted here")


@pytest.mark.parametrize("way", SECURE)
async def test_a_certificate_for_another_name_is_explained(site: Site, way: str) -> None:
    other = site.broker(way, *site.certificates.listener("broker.example", name="other"))
    await fails(site.profile(way, other), "it is for another name than 127.0.0.1")


@pytest.mark.parametrize("way", SECURE)
async def test_an_expired_certificate_is_explained(site: Site, way: str) -> None:
    old = site.broker(way, *site.certificates.listener(expired=True, name="old"))
    await fails(site.profile(way, old), "it has expired")


@pytest.mark.parametrize("way", SECURE)
async def test_a_missing_client_certificate_is_explained(site: Site, way: str) -> None:
    strict = site.broker(f"{way} with a client certificate")
    await fails(site.profile(way, strict), "requires a client certificate")


async def fails(profile: BrokerProfile, words: str) -> None:
    """See that connecting fails with these words, and that there is something to do about it."""
    error = await failure_of(profile)
    assert re.search(words, error.message), error.message
    assert error.hint
