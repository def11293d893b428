"""Every way to a broker: straight, from an address, through a proxy, through a command."""

import os
import sys
from pathlib import Path

import pytest

from mqtt_tui.errors import CannotConnect, LocalError, MqttTuiError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.options import ProxyOptions, TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import PROXY_PASSWORD, Credentials
from tests.broker.conftest import StartMosquitto
from tests.support.certificates import Certificates
from tests.support.connecting import RunningConnection, attempt, eventually, quick_profile
from tests.support.hostile_broker import HostileBroker, Peer, connack
from tests.support.mosquitto import Mosquitto, free_port
from tests.support.proxies import Proxy

pytestmark = pytest.mark.broker

RELAY = """
import os, socket, sys, threading
with open(sys.argv[3], "w") as file: file.write(str(os.getpid()))
sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def out():
    while data := sock.recv(65536): os.write(1, data)
    os._exit(0)
threading.Thread(target=out, daemon=True).start()
while data := os.read(0, 65536): sock.sendall(data)
"""


def through(broker: Mosquitto, proxy: ProxyOptions, host: str = "broker.inside") -> BrokerProfile:
    return quick_profile(f"mqtt://{host}:{broker.plain_port}", proxy=proxy)


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_the_proxy_looks_up_the_name_and_carries_messages(broker: Mosquitto, kind: str) -> None:
    with Proxy(hosts={"broker.inside": broker.plain_port}) as proxy:
        profile = through(broker, ProxyOptions(url=f"{kind}://127.0.0.1:{proxy.port}"))
        async with RunningConnection(profile) as connection:
            await connection.until_connected()
            broker.publish("a/b", b"through the proxy")
            assert [one.payload for one in await connection.sink.received(1)] == [b"through the proxy"]
        assert proxy.asked == [f"broker.inside:{broker.plain_port}"]


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_a_proxy_may_want_a_user(broker: Mosquitto, kind: str) -> None:
    with Proxy("me", "s3cret", hosts={"broker.inside": broker.plain_port}) as proxy:
        profile = through(broker, ProxyOptions(url=f"{kind}://me@127.0.0.1:{proxy.port}"))
        await attempt(profile, Credentials({PROXY_PASSWORD: "s3cret"}))
        with pytest.raises(CannotConnect, match=r"did not connect to broker\.inside") as failed:
            await attempt(profile, Credentials({PROXY_PASSWORD: "wr0ng"}))
        assert "wr0ng" not in str(failed.value) + failed.value.hint


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_a_proxy_that_reaches_no_broker_is_told_apart_from_a_broker_that_is_not_there(kind: str) -> None:
    with Proxy() as proxy:
        profile = quick_profile(
            f"mqtt://nobody.inside:{free_port()}", proxy=ProxyOptions(url=f"{kind}://127.0.0.1:{proxy.port}")
        )
        with pytest.raises(CannotConnect, match=f"The proxy {kind}://127.0.0.1:{proxy.port} did not connect to nobody"):
            await attempt(profile)


async def test_a_proxy_that_is_not_there_is_named() -> None:
    port = free_port()
    profile = quick_profile("mqtt://broker.inside:1883", proxy=ProxyOptions(url=f"socks5://127.0.0.1:{port}"))
    with pytest.raises(CannotConnect, match=f"The proxy socks5://127.0.0.1:{port} cannot be reached: .*refused"):
        await attempt(profile)


async def test_the_environments_proxy_is_used_where_the_profile_says_so(
    broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy("me", "s3cret", hosts={"broker.inside": broker.plain_port}) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://me:s3cret@127.0.0.1:{proxy.port}")
        await attempt(through(broker, ProxyOptions(from_environment=True)))
        assert proxy.asked
        with pytest.raises(CannotConnect, match=r"no host called broker\.inside"):
            await attempt(through(broker, ProxyOptions()))
        monkeypatch.setenv("NO_PROXY", "localhost,.inside")
        with pytest.raises(CannotConnect, match=r"no host called broker\.inside"):
            await attempt(through(broker, ProxyOptions(from_environment=True)))
        monkeypatch.setenv("MQTT_PROXY", "gopher://x")
        monkeypatch.delenv("NO_PROXY")
        with pytest.raises(LocalError, match="MQTT_PROXY: gopher:// is no kind of proxy"):
            await attempt(through(broker, ProxyOptions(from_environment=True)))


def relay(script: Path, pid_file: Path) -> ProxyOptions:
    script.write_text(RELAY)
    return ProxyOptions(command=(sys.executable, str(script), "127.0.0.1", "%p", str(pid_file)))


def is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_command_is_the_transport_and_ends_with_the_connection(broker: Mosquitto, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    profile = through(broker, relay(tmp_path / "relay.py", pid_file))
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        broker.publish("a/b", b"x" * 50_000)
        assert (await connection.sink.received(1))[0].payload == b"x" * 50_000
        assert is_running(pid_file)
    await eventually(lambda: not is_running(pid_file))


async def test_tls_runs_through_a_command(start_mosquitto: StartMosquitto, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path / "certificates")
    broker = start_mosquitto(listener=certificates.listener("broker.inside"))
    profile = quick_profile(
        f"mqtts://broker.inside:{broker.port}",
        proxy=relay(tmp_path / "relay.py", tmp_path / "pid"),
        tls=TlsOptions(ca_file=str(certificates.ca_file)),
    )
    connack = await attempt(profile)
    assert connack.tls is not None
    assert connack.tls.is_verified


async def test_a_broker_behind_a_command_is_asked_in_every_version_too(tmp_path: Path) -> None:
    """A relay ends well where the broker closes, as one does that does not know the version."""

    async def script(peer: Peer) -> None:
        await peer.read_connect()
        if peer.protocol == Protocol.V5:
            peer.close()
        else:
            peer.send(connack(protocol=peer.protocol))

    async with HostileBroker(script) as broker:
        proxy = relay(tmp_path / "relay.py", tmp_path / "pid")
        profile = quick_profile(broker.url, protocol="auto", proxy=proxy, subscriptions=())
        async with RunningConnection(profile) as connection:
            assert (await connection.until_connected()).protocol is Protocol.V311


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/nowhere/ssh", "-W", "%h:%p"), "/nowhere/ssh cannot be run: No such file or directory"),
        (
            ("sh", "-c", 'echo "Permission denied for %h %%h" >&2; exit 7'),
            "ended with exit code 7 and said: Permission denied for h %h",
        ),
        (("sh", "-c", "kill -9 $$"), "ended with signal 9"),
        (("sh", "-c", "printf 'hello from a shell'; exec sleep 60"), "began with “hello from a she”"),
        (("true",), "ended with exit code 0"),
    ],
)
async def test_a_command_that_leads_nowhere_says_why(command: tuple[str, ...], words: str) -> None:
    with pytest.raises(MqttTuiError) as failed:
        await attempt(quick_profile("mqtt://h", proxy=ProxyOptions(command=command)))
    assert words in failed.value.message


async def test_an_address_of_this_machine_can_be_chosen_and_another_one_is_named(broker: Mosquitto) -> None:
    await attempt(quick_profile(broker.url, bind_address="127.0.0.2"))
    assert "127.0.0.2" in broker.log()
    with pytest.raises(LocalError, match=r"Nothing can be connected from 192\.0\.2\.1: .*assign"):
        await attempt(quick_profile(broker.url, bind_address="192.0.2.1"))
