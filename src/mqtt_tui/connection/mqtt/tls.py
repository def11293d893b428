"""TLS: the context from a profile's options, and what a live connection has negotiated."""

import os.path
import ssl
from contextlib import suppress
from pathlib import Path

from mqtt_tui.config.paths import config_directory
from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import TlsOptions
from mqtt_tui.text.display_text import display_text


class _KeyPasswordMissing(Exception):
    """The private key is encrypted and the profile has no password for it."""


def build_context(options: TlsOptions, key_password: str | None) -> ssl.SSLContext:
    """The context for one connection. Reads files, so call it in a thread.

    Raises:
        LocalError: a file cannot be read or is no PEM, or the key password is missing or wrong.
    """
    context = _trusting(options)
    if not options.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.certificate_file:
        _load_certificate(context, options, key_password)
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


def _trusting(options: TlsOptions) -> ssl.SSLContext:
    if not options.ca_file:
        return ssl.create_default_context()
    path = _path(options.ca_file)
    try:
        return ssl.create_default_context(cafile=str(path))
    except ssl.SSLError:
        raise LocalError(
            f"The CA file {display_text(str(path))} holds no certificate.", hint="It has to be in PEM form."
        ) from None
    except (OSError, ValueError) as error:
        raise _unreadable("CA file", path, error) from None


def _load_certificate(context: ssl.SSLContext, options: TlsOptions, key_password: str | None) -> None:
    certificate = _path(options.certificate_file or "")
    key = _path(options.key_file) if options.key_file else certificate

    def password() -> str:
        if key_password is None:  # OpenSSL would ask at the terminal, under the screen
            raise _KeyPasswordMissing
        return key_password

    for what, path in (("client certificate", certificate), ("private key", key)):
        try:
            path.open("rb").close()
        except (OSError, ValueError) as error:
            raise _unreadable(what, path, error) from None
    try:
        context.load_cert_chain(certificate, key, password)
    except _KeyPasswordMissing:
        raise LocalError(
            f"The private key {display_text(str(key))} is encrypted, and the profile has no password for it.",
            hint="Set the key password of the profile's TLS options.",
        ) from None
    except (OSError, ValueError) as error:
        raise LocalError(
            f"The client certificate {display_text(str(certificate))} and the private key "
            f"{display_text(str(key))} cannot be used: {display_text(_reason(error))}.",
            hint="Both have to be PEM, belong together, and the key password has to be right.",
        ) from None


def _path(name: str) -> Path:
    with suppress(ValueError):  # a name that no file can have: opening it says so
        name = os.path.expanduser(name)  # Path's own raises where there is no such user
    return config_directory() / name  # an absolute path stays as it is


def _unreadable(what: str, path: Path, error: OSError | ValueError) -> LocalError:
    """``error`` is a ValueError where no file can have such a name: with a NUL character, say."""
    reason = display_text(getattr(error, "strerror", None) or str(error))
    return LocalError(
        f"The {what} {display_text(str(path))} cannot be read: {reason}.",
        hint="Paths that are not absolute are looked up in the configuration directory.",
    )


def _reason(error: Exception) -> str:
    return (getattr(error, "reason", None) or str(error)).replace("_", " ").lower()


def _subject(certificate: object) -> str:
    if not isinstance(certificate, dict):
        return ""
    parts = [f"{name}={value}" for level in certificate.get("subject", ()) for name, value in level]
    names = [str(value) for _, value in certificate.get("subjectAltName", ())]
    return ", ".join(parts) or ", ".join(names)
