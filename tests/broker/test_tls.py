"""TLS with a real mosquitto: what is verified, and what is said when it fails."""

import asyncio
import os
import ssl
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from mqtt_tui.connection.mqtt.tls import build_context
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.errors import CannotConnect, LocalError
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import KEY_PASSWORD, Credentials
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


def converted(certificate: Path, key: Path, form: str, passphrase: str | None) -> dict[str, Any]:
    """The TLS options for the same certificate and key in another form."""
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    lock: Any = serialization.NoEncryption()
    if passphrase is not None:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    if form == "p12":
        bundle = certificate.with_suffix(".p12")
        bundle.write_bytes(pkcs12.serialize_key_and_certificates(b"me", private, chain[0], chain[1:], lock))  # type: ignore[arg-type]
        return {"certificate_file": bundle}
    encoding = serialization.Encoding.DER if form.endswith("der") else serialization.Encoding.PEM
    out, out_key = certificate.with_suffix(".crt"), key.with_suffix(".crt.key")
    out.write_bytes(chain[0].public_bytes(serialization.Encoding.DER if form == "der" else serialization.Encoding.PEM))
    out_key.write_bytes(private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, lock))
    if form == "one pem":
        out.write_bytes(out.read_bytes() + out_key.read_bytes())
        return {"certificate_file": out}
    return {"certificate_file": out, "key_file": out_key}


@pytest.mark.parametrize("form", ["pem", "one pem", "der", "pem and der", "p12"])
@pytest.mark.parametrize("passphrase", [None, "op3n"])
async def test_a_client_certificate_may_have_any_form(
    start_mosquitto: StartMosquitto,
    certificates: Certificates,
    form: str,
    passphrase: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    broker = start_mosquitto(listener=certificates.listener_with_client_certificates())
    options = converted(*certificates.issue("client", "ops@example.org"), form, passphrase)
    given = Credentials({KEY_PASSWORD: passphrase} if passphrase else {})
    assert (await connect(secure_url(broker), given, ca_file=certificates.ca_file, **options)).is_verified
    if passphrase is not None:
        with pytest.raises(LocalError, match="is encrypted, and the profile has no password"):
            await connect(secure_url(broker), ca_file=certificates.ca_file, **options)
        with pytest.raises(LocalError, match="cannot be used") as failed:
            await connect(secure_url(broker), Credentials({KEY_PASSWORD: "wr0ng"}), **options)
        assert "wr0ng" not in failed.value.message
    assert not os.listdir(tmp_path / "temporary"), "a key was left behind"


@pytest.mark.parametrize("data", [b"", b"\x30\x82\x01", b"-----BEGIN CERTIFICATE-----\nx", b"\xff" * 5_000])
async def test_a_file_that_is_no_certificate_is_explained(certificates: Certificates, data: bytes) -> None:
    file = certificates.ca_file.with_name("broken.p12")
    file.write_bytes(data)
    with pytest.raises(LocalError, match=r"broken\.p12 .*cannot be used") as failed:
        await connect("mqtts://127.0.0.1:1", certificate_file=file)
    assert "PKCS#12" in failed.value.hint


async def test_authorities_may_stand_in_a_directory_or_in_der(
    start_mosquitto: StartMosquitto, certificates: Certificates, tmp_path: Path
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    authority = x509.load_pem_x509_certificate(certificates.ca_file.read_bytes())
    der, directory = tmp_path / "ca.der", tmp_path / "authorities"
    der.write_bytes(authority.public_bytes(serialization.Encoding.DER))
    assert (await connect(secure_url(broker), ca_file=der)).is_verified
    directory.mkdir()
    (directory / "ca.pem").write_bytes(certificates.ca_file.read_bytes())
    with pytest.raises(LocalError, match="no certificate under the name that OpenSSL looks for") as failed:
        await connect(secure_url(broker), ca_directory=directory)
    await asyncio.to_thread(subprocess.run, failed.value.hint.split(), check=True, capture_output=True)
    assert (await connect(secure_url(broker), ca_directory=directory)).is_verified
    with pytest.raises(LocalError, match=r"The CA directory .*nowhere cannot be read"):
        await connect(secure_url(broker), ca_directory=tmp_path / "nowhere")


async def test_the_systems_authorities_count_beside_the_file_only_where_that_is_said(
    start_mosquitto: StartMosquitto, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    foreign = Certificates(tmp_path / "foreign")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
    assert (await connect(secure_url(broker))).is_verified
    with pytest.raises(CannotConnect, match="its authority is not trusted here"):
        await connect(secure_url(broker), ca_file=foreign.ca_file)
    assert (await connect(secure_url(broker), ca_file=foreign.ca_file, system_authorities=True)).is_verified


async def test_another_name_can_be_asked_for_or_none_verified(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener("broker.example"))
    ca_file = certificates.ca_file
    assert (await connect(secure_url(broker), ca_file=ca_file, server_name="broker.example")).is_verified
    assert not (await connect(secure_url(broker), ca_file=ca_file, verify_host=False)).is_verified
    with pytest.raises(CannotConnect, match="its authority is not trusted here"):
        await connect(secure_url(broker), verify_host=False)


def test_versions_ciphers_and_protocols_are_as_the_profile_says() -> None:
    context = build_context(TlsOptions(minimum_version="1.3"), None)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
    name = "ECDHE-ECDSA-AES256-GCM-SHA384"
    found = [one["name"] for one in build_context(TlsOptions(ciphers=name), None).get_ciphers()]
    assert [one for one in found if not one.startswith("TLS_")] == [name]
    for unknown in ("ROT13", "ROT13\0"):
        with pytest.raises(LocalError, match="OpenSSL knows none of the ciphers ROT13"):
            build_context(TlsOptions(ciphers=unknown), None)


async def test_an_outdated_version_can_be_allowed_and_alpn_offered(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    facts = await connect(secure_url(broker), ca_file=certificates.ca_file, minimum_version="1.0", alpn=("mqtt",))
    assert facts.is_verified


async def test_an_encrypted_key_never_asks_at_the_terminal(certificates: Certificates) -> None:
    certificate, key = certificates.issue("client", "ops@example.org")
    locked = encrypted(key, "op3n")
    with pytest.raises(LocalError, match="is encrypted, and the profile has no password"):
        await connect("mqtts://127.0.0.1:1", certificate_file=certificate, key_file=locked)
    with pytest.raises(LocalError, match="cannot be used") as failed:
        await connect(
            "mqtts://127.0.0.1:1", Credentials({KEY_PASSWORD: "wr0ng"}), certificate_file=certificate, key_file=locked
        )
    assert "wr0ng" not in failed.value.message
    with pytest.raises(CannotConnect, match="Nothing listens"):
        await connect(
            "mqtts://127.0.0.1:1", Credentials({KEY_PASSWORD: "op3n"}), certificate_file=certificate, key_file=locked
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


async def test_words_in_any_language_may_stand_between_the_authorities_of_a_file(
    start_mosquitto: StartMosquitto, certificates: Certificates
) -> None:
    broker = start_mosquitto(listener=certificates.listener())
    file = certificates.ca_file
    file.write_bytes("# Werksbehörde\n".encode("latin-1") + file.read_bytes() + "# ende — fin\n".encode())
    assert (await connect(secure_url(broker), ca_file=file)).is_verified


async def test_a_key_of_a_kind_that_nobody_knows_is_explained(certificates: Certificates, tmp_path: Path) -> None:
    certificate, _ = certificates.issue("client", "ops@example.org")
    key = tmp_path / "odd.der"
    key.write_bytes(bytes.fromhex("300d020100300506032a0304040100"))  # PKCS#8 of the algorithm 1.2.3.4
    with pytest.raises(LocalError, match=r"odd\.der cannot be used: ."):
        await connect("mqtts://127.0.0.1:1", certificate_file=certificate, key_file=key)


async def test_a_pipe_is_no_file_of_certificates(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LocalError, match="it is no file"):
        await connect("mqtts://127.0.0.1:1", ca_file=tmp_path / "pipe")
