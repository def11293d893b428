"""What can be wrong between a profile and its broker: each fault as a real one, and what is to be said of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mqtt_tui.profiles.options import ProxyOptions, TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from tests.support.certificates import Certificates
from tests.support.mosquitto import Mosquitto, free_port
from tests.support.scripted_server import ScriptedServer

Make = Callable[["Stage"], BrokerProfile]
END = b"\r\n\r\n"


class Stage:
    """What a fault is put up with; all of it is taken down at the end."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.directory = directory
        self._stack = stack
        self.certificates = Certificates(directory / "certificates")
        self.foreign = Certificates(directory / "foreign")

    def mosquitto(self, **options: Any) -> Mosquitto:  # noqa: ANN401  handed on
        """A running broker."""
        return self._stack.enter_context(Mosquitto(self.directory / "mosquitto", **options))

    def server(self, answer: bytes, *, stays: bool = False) -> int:
        """The port of a server that answers whatever is sent with ``answer`` and closes, or stays."""
        return self._stack.enter_context(ScriptedServer(answer, stays=stays)).port

    def trusting(self, url: str, **options: Any) -> BrokerProfile:  # noqa: ANN401  handed on
        """A profile that trusts the authority of ``certificates``."""
        tls = TlsOptions(ca_file=str(self.certificates.ca_file), **options)
        return profile(url, tls=tls)


def profile(url: str, **options: Any) -> BrokerProfile:  # noqa: ANN401  handed on
    settings: dict[str, Any] = {"protocol": "5", "connect_timeout": 2}
    return BrokerProfile(url=url, **settings | options)


@dataclass(frozen=True, slots=True)
class Fault:
    """One of them.

    Args:
        title: what is wrong, as a row of a table.
        step: where it shows.
        exit_code: of ``profiles check``.
        words: part of what is said; without ports, which differ each time.
        make: puts it up; the profile that meets it.
    """

    title: str
    step: str
    exit_code: int
    words: str
    make: Make


@contextmanager
def staged(fault: Fault, directory: Path) -> Iterator[BrokerProfile]:
    """The profile that meets ``fault``, while it stands."""
    with ExitStack() as stack:
        yield fault.make(Stage(directory, stack))


def _refusing(code: int, protocol: str = "5") -> Make:
    answer = bytes((0x20, 3, 0, code, 0)) if protocol == "5" else bytes((0x20, 2, 0, code))
    return lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(answer)}", protocol=protocol)


def _tls(stage: Stage, listener: list[str], scheme: str = "mqtts", **options: Any) -> BrokerProfile:  # noqa: ANN401
    return stage.trusting(f"{scheme}://127.0.0.1:{stage.mosquitto(listener=listener).port}", **options)


def _wrong_password(stage: Stage) -> BrokerProfile:
    broker = stage.mosquitto(passwords={"ops": "s3cret"})
    return profile(broker.url, username="ops", password=Secret(value="wr0ng"))


FAULTS = (
    Fault(
        "secret: the environment variable is not set",
        "secrets",
        7,
        "NO_SUCH_VARIABLE, which is not set",
        lambda _: profile("mqtt://127.0.0.1:1", password=Secret(env="NO_SUCH_VARIABLE")),
    ),
    Fault(
        "secret: the command fails",
        "secrets",
        7,
        "should print the password, and ended with exit code 3",
        lambda _: profile("mqtt://127.0.0.1:1", password=Secret(command=("sh", "-c", "exit 3"))),
    ),
    Fault(
        "the name is unknown",
        "name",
        3,
        "There is no host called nowhere.invalid",
        lambda _: profile("mqtt://nowhere.invalid"),
    ),
    Fault(
        "nothing listens",
        "TCP",
        3,
        "Nothing listens at 127.0.0.1",
        lambda _: profile(f"mqtt://127.0.0.1:{free_port()}"),
    ),
    Fault(
        "the local address is not ours",
        "TCP",
        7,
        "Nothing can be connected from 192.0.2.1",
        lambda stage: profile(stage.mosquitto().url, bind_address="192.0.2.1"),
    ),
    Fault(
        "the Unix socket is missing",
        "Unix socket",
        3,
        "There is no socket at /nowhere/mqtt.sock",
        lambda _: profile("unix:///nowhere/mqtt.sock"),
    ),
    Fault(
        "the proxy is not there",
        "proxy",
        3,
        "cannot be reached",
        lambda _: profile("mqtt://h", proxy=ProxyOptions(url=f"socks5://127.0.0.1:{free_port()}")),
    ),
    Fault(
        "the command cannot be run",
        "command",
        7,
        "/nowhere/ssh cannot be run",
        lambda _: profile("mqtt://h", proxy=ProxyOptions(command=("/nowhere/ssh",))),
    ),
    Fault(
        "the command ends",
        "MQTT",
        3,
        "ended with exit code 255 and said: Permission denied",
        lambda _: profile("mqtt://h", proxy=ProxyOptions(command=("sh", "-c", "echo Permission denied >&2; exit 255"))),
    ),
    Fault(
        "TLS to a plain port",
        "TLS",
        3,
        "closed the connection during the TLS handshake",
        lambda stage: profile(f"mqtts://127.0.0.1:{stage.mosquitto().plain_port}"),
    ),
    Fault(
        "plain MQTT to a TLS port",
        "MQTT",
        3,
        "closed the connection without CONNACK",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.mosquitto(listener=stage.certificates.listener()).port}"),
    ),
    Fault(
        "the CA file is missing",
        "profile",
        7,
        "The CA file /nowhere/ca.pem cannot be read",
        lambda _: profile("mqtts://127.0.0.1:1", tls=TlsOptions(ca_file="/nowhere/ca.pem")),
    ),
    Fault(
        "the authority is not trusted",
        "TLS",
        3,
        "its authority is not trusted here",
        lambda stage: _tls(stage, stage.foreign.listener()),
    ),
    Fault(
        "the certificate is for another name",
        "TLS",
        3,
        "it is for another name than 127.0.0.1",
        lambda stage: _tls(stage, stage.certificates.listener("broker.example")),
    ),
    Fault(
        "the certificate has expired",
        "TLS",
        3,
        "it has expired",
        lambda stage: _tls(stage, stage.certificates.listener(expired=True)),
    ),
    Fault(
        "a client certificate is missing",
        "MQTT",
        3,
        "requires a client certificate",
        lambda stage: _tls(stage, stage.certificates.listener_with_client_certificates()),
    ),
    Fault(
        "the passphrase of the key is missing",
        "profile",
        7,
        "is encrypted, and the profile has no password",
        lambda stage: stage.trusting("mqtts://127.0.0.1:1", **stage.certificates.locked_client()),
    ),
    Fault(
        "a WebSocket to a plain port",
        "WebSocket",
        3,
        "refused the WebSocket handshake",
        lambda stage: profile(f"ws://127.0.0.1:{stage.mosquitto().plain_port}/mqtt"),
    ),
    Fault(
        "the path of the WebSocket is wrong",
        "WebSocket",
        3,
        "404 Not Found",
        lambda stage: profile(f"ws://127.0.0.1:{stage.server(b'HTTP/1.1 404 Not Found' + END)}/wrong"),
    ),
    Fault(
        "the WebSocket wants a header",
        "WebSocket",
        3,
        "401 Unauthorized",
        lambda stage: profile(f"ws://127.0.0.1:{stage.server(b'HTTP/1.1 401 Unauthorized' + END)}/mqtt"),
    ),
    Fault(
        "a web server",
        "MQTT",
        3,
        "is a web server",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(b'HTTP/1.1 400 Bad Request' + END)}"),
    ),
    Fault(
        "an SSH server",
        "MQTT",
        3,
        "is an SSH server",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(b'SSH-2.0-OpenSSH_9.2' + END[:2])}"),
    ),
    Fault(
        "silence after CONNECT",
        "MQTT",
        3,
        "sent no CONNACK within 1 s",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(b'', stays=True)}", connect_timeout=1),
    ),
    Fault(
        "closed after CONNECT",
        "MQTT",
        3,
        "closed the connection without CONNACK",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(b'')}"),
    ),
    Fault(
        "a CONNACK that cannot be read",
        "MQTT",
        3,
        "sent a CONNACK that cannot be read",
        lambda stage: profile(f"mqtt://127.0.0.1:{stage.server(bytes((0x20, 0xFF, 0xFF, 0xFF, 0xFF)))}"),
    ),
    Fault("the password is wrong", "MQTT", 4, "Not authorized (0x87)", _wrong_password),
    Fault("the version is refused", "MQTT", 4, "Unsupported Protocol Version (0x84)", _refusing(0x84)),
    Fault("the client id is refused", "MQTT", 4, "Client Identifier not valid (0x85)", _refusing(0x85)),
    Fault("the user or password is bad", "MQTT", 4, "Bad User Name or Password (0x86)", _refusing(0x86)),
    Fault("the server is unavailable", "MQTT", 4, "Server unavailable (0x88)", _refusing(0x88)),
    Fault("the server is busy", "MQTT", 4, "Server busy (0x89)", _refusing(0x89)),
    Fault("banned", "MQTT", 4, "Banned (0x8A)", _refusing(0x8A)),
    Fault("the authentication method is bad", "MQTT", 4, "Bad authentication method (0x8C)", _refusing(0x8C)),
    Fault("use another server", "MQTT", 4, "Use another server (0x9C)", _refusing(0x9C)),
    Fault("connecting too often", "MQTT", 4, "Connection rate exceeded (0x9F)", _refusing(0x9F)),
    Fault("3.1.1: not authorised", "MQTT", 4, "Not authorized (0x87)", _refusing(5, "3.1.1")),
    Fault(
        "a value has no room in CONNECT",
        "MQTT",
        2,
        "cannot be sent",
        lambda stage: profile(stage.mosquitto().url, username="x" * 70_000),
    ),
)
