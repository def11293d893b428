"""Client certificates of every form, as the one that OpenSSL loads."""

import base64
import os
import secrets
import ssl
import tempfile
from pathlib import Path

from mqtt_tui.config.paths import in_config_directory
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.text.display_text import display_text

_LARGEST = 4 * 1024 * 1024  # bytes; a larger file is no certificate
_FORMS = "PEM, DER or PKCS#12"


class _PassphraseMissing(Exception):
    """The private key is encrypted and the profile has no passphrase for it."""


def load_client_certificate(context: ssl.SSLContext, options: TlsOptions, passphrase: str | None) -> None:
    """Let ``context`` show the client certificate of ``options``.

    Raises:
        LocalError: a file cannot be read or has another form, the two do not belong together, or the passphrase is
            missing or wrong.
    """
    certificate = in_config_directory(options.certificate_file or "")
    key = in_config_directory(options.key_file) if options.key_file else certificate
    data = read_file("client certificate", certificate)
    key_data = data if key == certificate else read_file("private key", key)
    try:
        if _is_pem(data) and _is_pem(key_data):
            _load(context, certificate, key, passphrase)
        else:
            _load_converted(context, data, None if key == certificate else key_data, passphrase)
    except _PassphraseMissing:
        raise LocalError(
            f"The private key {display_text(str(key))} is encrypted, and the profile has no password for it.",
            hint="Set the passphrase of the profile's TLS options.",
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise LocalError(
            f"The client certificate {display_text(str(certificate))} and the private key "
            f"{display_text(str(key))} cannot be used: {display_text(_reason(error))}.",
            hint=f"They have to be {_FORMS}, belong together, and the passphrase has to be right.",
        ) from None


def read_file(what: str, path: Path) -> bytes:
    """The bytes of a file of the TLS options.

    Raises:
        LocalError: it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited at for ever
            raise OSError("it is no file")
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise LocalError(
            f"The {what} {display_text(str(path))} cannot be read: {reason}.",
            hint="Paths that are not absolute are looked up in the configuration directory.",
        ) from None


def _is_pem(data: bytes) -> bool:
    return b"-----BEGIN " in data


def _load(context: ssl.SSLContext, certificate: Path, key: Path, passphrase: str | None) -> None:
    def password() -> str:
        if passphrase is None:  # OpenSSL would ask at the terminal, under the screen
            raise _PassphraseMissing
        return passphrase

    context.load_cert_chain(certificate, key, password)


def _load_converted(context: ssl.SSLContext, data: bytes, key_data: bytes | None, passphrase: str | None) -> None:
    """OpenSSL loads PEM files only: write one for it, with the key encrypted, and take it away again."""
    once = secrets.token_urlsafe(24)
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        pem = _as_pem(data, key_data, passphrase, once.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    handle, name = tempfile.mkstemp(prefix="mqtt-tui-", suffix=".pem")  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        context.load_cert_chain(name, name, once)
    finally:
        os.unlink(name)


def _as_pem(data: bytes, key_data: bytes | None, passphrase: str | None, once: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization as forms  # 50 ms, and seldom needed
    from cryptography.hazmat.primitives.serialization import pkcs12

    secret = None if passphrase is None else passphrase.encode()
    if key_data is None and not _is_pem(data):
        try:
            bundle = pkcs12.load_pkcs12(data, secret)
        except ValueError:
            if secret is None and _is_pkcs12(data):
                raise _PassphraseMissing from None
            raise
        if bundle.key is None or bundle.cert is None:
            raise ValueError("the PKCS#12 file holds no certificate with its key")
        chain = [bundle.cert.certificate, *(one.certificate for one in bundle.additional_certs)]
        certificates = b"".join(one.public_bytes(forms.Encoding.PEM) for one in chain)
        key = bundle.key
    else:
        certificates = data if _is_pem(data) else _armoured(data, b"CERTIFICATE")
        load = forms.load_pem_private_key if _is_pem(key_data or data) else forms.load_der_private_key
        try:
            key = load(key_data or data, secret)
        except TypeError:  # a passphrase without need, or a need without passphrase
            if secret is None:
                raise _PassphraseMissing from None
            key = load(key_data or data, None)
    return certificates + key.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(once)
    )


def _is_pkcs12(data: bytes) -> bool:
    """A sequence that begins with the version 3 (RFC 7292, 4)."""
    return data[:1] == b"\x30" and b"\x02\x01\x03" in data[:12]


def _armoured(data: bytes, what: bytes) -> bytes:
    return b"-----BEGIN " + what + b"-----\n" + base64.encodebytes(data) + b"-----END " + what + b"-----\n"


def _reason(error: Exception) -> str:
    return (getattr(error, "reason", None) or str(error) or type(error).__name__).replace("_", " ").lower()
