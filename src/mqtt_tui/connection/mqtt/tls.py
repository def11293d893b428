"""TLS: the context from a profile's options, and what a live connection has negotiated."""

import ssl
import warnings
from typing import Any

from mqtt_tui.config.paths import in_config_directory
from mqtt_tui.connection.mqtt.client_certificate import load_client_certificate, read_file
from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.connection.steps import Fact
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.text.display_text import display_text

_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_OUTDATED = ("1.0", "1.1")


def build_context(options: TlsOptions, key_password: str | None) -> ssl.SSLContext:
    """The context for one connection. Reads files, so call it in a thread.

    Raises:
        LocalError: a file cannot be read or holds something else, the key password is missing or wrong, or a cipher
            is unknown here.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _set_minimum_version(context, options.minimum_version)
    if options.ciphers:
        _choose_ciphers(context, options.ciphers)
    if options.alpn:
        context.set_alpn_protocols(list(options.alpn))
    _trust(context, options)
    context.check_hostname = options.is_verified
    context.verify_mode = ssl.CERT_REQUIRED if options.verify else ssl.CERT_NONE
    if options.certificate_file:
        load_client_certificate(context, options, key_password)
    return context


def facts(sock: ssl.SSLSocket) -> TlsFacts:
    """What ``sock`` has negotiated. The peer's names are known only where its certificate was verified."""
    certificate = sock.getpeercert() or {}
    cipher = sock.cipher()
    return TlsFacts(
        version=sock.version() or "",
        cipher=cipher[0] if cipher else "",
        peer_subject=_subject(certificate),
        expires_at=str(certificate.get("notAfter", "")),
        is_verified=sock.context.verify_mode == ssl.CERT_REQUIRED and sock.context.check_hostname,
    )


def negotiated(sock: ssl.SSLSocket) -> list[Fact]:
    """What the handshake of ``sock`` has agreed upon."""
    cipher = sock.cipher()
    found = [("version", sock.version()), ("cipher", cipher and cipher[0]), ("ALPN", sock.selected_alpn_protocol())]
    return [(label, display_text(text)) for label, text in found if text]


def chain_of(sock: ssl.SSLSocket) -> list[bytes]:
    """The certificates that the server has shown, its own in front, in DER; verified or not."""
    shown = getattr(sock, "get_unverified_chain", None)  # public from Python 3.13 on
    if shown is not None:
        return list(shown())
    own = sock.getpeercert(binary_form=True)
    inner: Any = getattr(sock, "_sslobj", None)
    if not hasattr(inner, "get_unverified_chain"):
        return [own] if own else []
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain() or ()]


def _set_minimum_version(context: ssl.SSLContext, version: str) -> None:
    if version in _OUTDATED:
        context.set_ciphers("DEFAULT@SECLEVEL=0")  # above it OpenSSL refuses their signatures
        with warnings.catch_warnings():  # the user asked for it by name
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = _VERSIONS[version]
    else:
        context.minimum_version = _VERSIONS[version]


def _choose_ciphers(context: ssl.SSLContext, names: str) -> None:
    try:
        context.set_ciphers(names)
    except (ssl.SSLError, ValueError):  # ValueError: a NUL within
        raise LocalError(
            f"OpenSSL knows none of the ciphers {display_text(names[:60])}.", hint="openssl ciphers -v shows them."
        ) from None


def _trust(context: ssl.SSLContext, options: TlsOptions) -> None:
    if (options.ca_file is None and options.ca_directory is None) or options.system_authorities:
        context.load_default_certs()
    if options.ca_directory is not None:
        _trust_directory(context, options.ca_directory)
    if options.ca_file is not None:
        path = in_config_directory(options.ca_file)
        data = read_file("CA file", path)
        is_pem = b"-----BEGIN" in data  # what stands between the certificates may be of any kind
        try:
            context.load_verify_locations(
                cadata=data.decode("ascii", "replace").replace("\ufffd", "?") if is_pem else data
            )
        except (ssl.SSLError, ValueError):
            raise LocalError(
                f"The CA file {display_text(str(path))} holds no certificate.", hint="It has to be PEM or DER."
            ) from None


def _trust_directory(context: ssl.SSLContext, name: str) -> None:
    path = in_config_directory(name)
    try:
        is_hashed = any(one.suffix.removeprefix(".").isdecimal() for one in path.iterdir())
        context.load_verify_locations(capath=str(path))
    except (OSError, ValueError) as error:
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise LocalError(f"The CA directory {display_text(str(path))} cannot be read: {reason}.") from None
    if not is_hashed:
        raise LocalError(
            f"The CA directory {display_text(str(path))} has no certificate under the name that OpenSSL looks for.",
            hint=f"openssl rehash {display_text(str(path))}",
        )


def _subject(certificate: object) -> str:
    if not isinstance(certificate, dict):
        return ""
    parts = [f"{name}={value}" for level in certificate.get("subject", ()) for name, value in level]
    names = [str(value) for _, value in certificate.get("subjectAltName", ())]
    return ", ".join(parts) or ", ".join(names)
