"""Certificates as strangers make them."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from mqtt_tui.connection.certificates import read_certificates

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def certificate(subject: str, *, names: bytes | None = None) -> bytes:
    """In DER; ``names`` is what stands as its alternative names, well formed or not."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=9))
    )
    if names is not None:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, names), critical=False
        )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_what_is_odd_in_one_certificate_hides_neither_the_rest_of_it_nor_the_others() -> None:
    chain = [certificate("odd", names=b"\xff\x01"), b"no certificate", certificate("\x1b[31mred"), b""]
    odd, red = read_certificates(chain)
    assert odd.subject == "CN=odd"
    assert odd.names == ()
    facts = dict(red.facts(NOW + timedelta(days=5)))
    assert facts["subject"].endswith("[31mred")
    assert "\x1b" not in "".join(facts.values())
    assert facts["valid"].endswith("4 days left")
