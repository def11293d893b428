"""TLS with a real mosquitto: what is verified, and what is said when it fails."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.errors import CannotConnect, LocalError
from mqtt_tui.profiles.profile import BrokerProfile, TlsOptions
from mqtt_tui.profiles.secrets import Credentials
from tests.broker.conftest import StartMosquitto
from tests.support.certificates import Certificates
from tests.support.connecting import CollectingSink
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.broker


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path / "certificates")


async def connect(url: str, credentials: Credentials | None = None, **options: object) -> TlsFacts:
    """Connect with these TLS options; what was negotiated."""
    options = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    profile = BrokerProfile(url=url, connect_timeout=5, client_id="under-test", tls=TlsOptions(**options))  # type: ignore[arg-type]
    transport = AiomqttTransport(profile, credentials or Credentials(), CollectingSink())
    try:
        connack = await transport.open()
    finally:
        await transport.close()
    assert connack.tls is not None
    return connack.tls


def secure_url(broker: Mosquitto, host: str = "127.0.0.1", scheme: str = "mqtts") -> str:
    return f"{scheme}://{host}:{broker.port}"


async def test_a_good_certificate_connects_and_its_facts_are_known(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener("127.0.0.1"))
    facts = await connect(secure_url(broker), ca_file=certificates.ca_file)
    assert facts.version == "TLSv1.3"
    assert facts.cipher.startswith("TLS_")
    assert facts.expires_at.endswith("GMT")
    assert "127.0.0.1" in facts.peer_subject or "trustme" in facts.peer_subject
    assert facts.is_verified


async def test_a_secure_websocket_connects(start_mosquitto: StartMosquitto, certificates: Certificates) -> None:
    broker = start_mosquitto(listener=["protocol websockets", *certificates.listener()])
    facts = await connect(secure_url(broker, scheme="wss") + "/mqtt", ca_file=certificates.ca_file)
    assert facts.is_verified


async def test_a_certificate_for_another_host_is_refused(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener("broker.example"))
    with pytest.raises(CannotConnect, match=r"not accepted: it is for another name than 127\.0\.0\.1"):
        await connect(secure_url(broker), ca_file=certificates.ca_file)


async def test_an_expired_certificate_is_refused(start_mosquitto: StartMosquitto, certificates: Certificates) -> None:
    broker = start_mosquitto(listener=certificates.listener(expired=True))
    with pytest.raises(CannotConnect, match="it has expired"):
        await connect(secure_url(broker), ca_file=certificates.ca_file)


async def test_a_certificate_of_an_unknown_authority_is_refused(
    start_mosquitto: StartMosquitto, certificates: Certificates, tmp_path: Path
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    foreign = Certificates(tmp_path / "foreign")
    with pytest.raises(CannotConnect, match="its authority is not trusted here") as failed:
        await connect(secure_url(broker), ca_file=foreign.ca_file)
    assert "CA file" in failed.value.hint


async def test_without_verification_anything_goes_and_is_marked(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener("broker.example", expired=True))
    facts = await connect(secure_url(broker), verify=False)
    assert not facts.is_verified


async def test_a_required_client_certificate_is_shown(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener_with_client_certificates())
    certificate, key = certificates.issue("client", "ops@example.org")
    facts = await connect(secure_url(broker), ca_file=certificates.ca_file, certificate_file=certificate, key_file=key)
    assert facts.is_verified


@pytest.mark.parametrize("newest", ["tlsv1.2", "tlsv1.3"])
async def test_a_missing_client_certificate_is_explained_at_once(
    start_mosquitto: StartMosquitto, certificates: Certificates, newest: str
) -> None:
    listener = [*certificates.listener_with_client_certificates(), f"tls_version {newest}"]
    broker = start_mosquitto(listener=listener)
    with pytest.raises(CannotConnect) as failed:
        await connect(secure_url(broker), ca_file=certificates.ca_file)
    assert "client certificate" in failed.value.message + failed.value.hint


async def test_a_client_certificate_of_a_foreign_authority_is_explained(
    start_mosquitto: StartMosquitto, certificates: Certificates, tmp_path: Path
) -> None:
    broker = start_mosquitto(listener=certificates.listener_with_client_certificates())
    certificate, key = Certificates(tmp_path / "foreign").issue("client", "ops@example.org")
    with pytest.raises(CannotConnect, match="does not accept the client certificate"):
        await connect(secure_url(broker), ca_file=certificates.ca_file, certificate_file=certificate, key_file=key)


async def test_tls_to_a_plain_port_is_explained(broker: Mosquitto) -> None:
    with pytest.raises(CannotConnect) as failed:
        await connect(secure_url(broker))
    assert "mqtt://" in failed.value.hint


async def test_plain_mqtt_to_a_tls_port_is_explained(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    with pytest.raises(CannotConnect) as failed:
        await connect(secure_url(broker, scheme="mqtt"))
    assert "mqtts://" in failed.value.hint


def encrypted(key: Path, password: str) -> Path:
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    path = key.with_name("encrypted.key")
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )
    )
    return path


async def test_an_encrypted_key_never_asks_at_the_terminal(certificates: Certificates) -> None:
    certificate, key = certificates.issue("client", "ops@example.org")
    locked = encrypted(key, "op3n")
    with pytest.raises(LocalError, match="is encrypted, and the profile has no password"):
        await connect("mqtts://127.0.0.1:1", certificate_file=certificate, key_file=locked)
    with pytest.raises(LocalError, match="cannot be used") as failed:
        await connect(
            "mqtts://127.0.0.1:1", Credentials(key_password="wr0ng"), certificate_file=certificate, key_file=locked
        )
    assert "wr0ng" not in failed.value.message
    with pytest.raises(CannotConnect, match="Nothing listens"):
        await connect(
            "mqtts://127.0.0.1:1", Credentials(key_password="op3n"), certificate_file=certificate, key_file=locked
        )


async def test_files_that_are_missing_or_no_certificates_are_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"The CA file .*nowhere\.pem cannot be read"):
        await connect("mqtts://127.0.0.1:1", ca_file=tmp_path / "nowhere.pem")
    (tmp_path / "notes.txt").write_text("no certificate")
    with pytest.raises(LocalError, match=r"notes\.txt holds no certificate"):
        await connect("mqtts://127.0.0.1:1", ca_file=tmp_path / "notes.txt")
    with pytest.raises(LocalError, match=r"The client certificate .*nowhere\.pem cannot be read"):
        await connect("mqtts://127.0.0.1:1", certificate_file=tmp_path / "nowhere.pem")


@pytest.mark.parametrize("name", ["~nosuchuser/file.pem", "a\0b.pem", "~a\0b/file.pem", "\ud800.pem"])
@pytest.mark.parametrize("option", ["ca_file", "certificate_file"])
async def test_a_name_that_no_file_can_have_is_explained(option: str, name: str) -> None:
    options: dict[str, Any] = {option: name}
    with pytest.raises(LocalError, match=r"\.pem cannot be read: ."):
        await connect("mqtts://127.0.0.1:1", **options)


async def test_a_relative_file_is_looked_up_in_the_configuration_directory(
    start_mosquitto: StartMosquitto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", str(certificates.ca_file.parent))
    assert (await connect(secure_url(broker), ca_file="ca.pem")).is_verified
