"""Why no connection came about below MQTT: name, network, TLS, WebSocket, silence, another protocol."""

import errno
import socket
import ssl

from mqtt_tui.errors import CannotConnect
from mqtt_tui.profiles.url import BrokerUrl, Scheme
from mqtt_tui.text.display_text import display_text

_SHOWN_BYTES = 16


class ClosedBeforeConnack(CannotConnect):
    """The peer took CONNECT and closed: no MQTT, none of this version, or it wants something that we did not show."""


def where(url: BrokerUrl) -> str:
    """The broker's address, safe to show."""
    return display_text(url.address)


def unreachable(error: BaseException | None, url: BrokerUrl) -> CannotConnect:
    """Name, TCP or the Unix socket failed."""
    place, host = where(url), display_text(url.host)
    match error:
        case socket.gaierror() | UnicodeError():  # UnicodeError: no name by the rules for names (IDNA)
            reason = display_text(getattr(error, "strerror", None) or "no valid name")
            return CannotConnect(
                f"There is no host called {host}: {reason}.",
                hint="Check its spelling, and that this machine's name server knows it.",
            )
        case ConnectionRefusedError():
            return CannotConnect(
                f"Nothing listens at {place} (connection refused).",
                hint="Does the broker run? MQTT is usually on port 1883, with TLS on 8883.",
            )
        case TimeoutError():
            return CannotConnect(f"{place} does not answer.", hint="Check address and port; a firewall may drop it.")
        case OSError(errno=errno.ENOENT) if url.scheme is Scheme.UNIX:
            return CannotConnect(f"There is no socket at {place}.", hint="Does the broker run?")
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH):
            return CannotConnect(f"No network leads to {place}.", hint="Check address, network and VPN.")
    return CannotConnect(f"{place} cannot be reached: {_words(error)}.")


def timed_out(url: BrokerUrl, seconds: int, doing: str) -> CannotConnect:
    """The time for the whole attempt is over; ``doing`` names what was under way."""
    return CannotConnect(
        f"{where(url)} gave no answer within {seconds} s ({doing}).",
        hint="Check address and port; the time can be set with connect_timeout.",
    )


def no_connack(url: BrokerUrl, seconds: int) -> CannotConnect:
    """TCP stands, and then nothing came."""
    return CannotConnect(
        f"{where(url)} accepted the connection and then sent no CONNACK within {seconds} s.",
        hint=f"Is it an MQTT broker that expects {url.scheme}:// on this port?",
    )


def tls_failed(error: BaseException | None, url: BrokerUrl, *, shows_certificate: bool) -> CannotConnect:
    """The TLS handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_refused(error, url)
    if isinstance(error, ssl.SSLError) and (alert := client_certificate_refused(error, url, shows=shows_certificate)):
        return alert
    if isinstance(error, ssl.SSLError) and error.reason in (
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "RECORD_LAYER_FAILURE",
    ):
        return CannotConnect(
            f"{where(url)} does not speak TLS.", hint=f"Try {_plain(url.scheme)}://, or the broker's TLS port."
        )
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        return CannotConnect(
            f"{where(url)} closed the connection during the TLS handshake.",
            hint=f"It may not speak TLS on this port: try {_plain(url.scheme)}://, or the broker's TLS port.",
        )
    if isinstance(error, TimeoutError):
        return CannotConnect(f"{where(url)} did not finish the TLS handshake.", hint="Does it speak TLS on this port?")
    return CannotConnect(f"TLS with {where(url)} failed: {_words(error)}.")


def client_certificate_refused(error: ssl.SSLError, url: BrokerUrl, *, shows: bool) -> CannotConnect | None:
    """The broker's alert about our certificate; None where ``error`` is something else."""
    reason = error.reason or ""
    if "ALERT" not in reason or not any(word in reason for word in ("CERTIFICATE", "UNKNOWN_CA", "HANDSHAKE_FAILURE")):
        return None
    if not shows:
        return CannotConnect(
            f"{where(url)} requires a client certificate.",
            hint="Set certificate and key in the profile's TLS options.",
        )
    return CannotConnect(
        f"{where(url)} does not accept the client certificate ({_words(error)}).",
        hint="It may be expired, or issued by an authority that the broker does not trust.",
    )


def websocket_refused(
    error: BaseException | None, answer: str, url: BrokerUrl, *, shows_certificate: bool
) -> CannotConnect:
    """The WebSocket handshake failed; ``answer`` is the first line of what the server said."""
    if isinstance(error, ssl.SSLError):  # with TLS 1.3 it comes behind the handshake
        alert = client_certificate_refused(error, url, shows=shows_certificate)
        if alert is not None:
            return alert
    if isinstance(error, TimeoutError):
        return CannotConnect(f"{where(url)} did not answer the WebSocket handshake.", hint="Is it a WebSocket port?")
    said = f": {display_text(answer)}" if answer else " (it said nothing)"
    if " 401" in answer or " 403" in answer:
        hint = "It wants other headers, such as Authorization; set them in the profile."
    elif " 404" in answer:
        hint = f"Check the path {display_text(url.path)}; many brokers use /mqtt, some / or /ws."
    else:
        hint = f"Check port and path {display_text(url.path)}; is it the broker's WebSocket port?"
    return CannotConnect(f"{where(url)} refused the WebSocket handshake{said}.", hint=hint)


def not_mqtt(spoken: bytes, url: BrokerUrl) -> CannotConnect:
    """The peer spoke, but no MQTT; ``spoken`` is how it began."""
    place = where(url)
    if spoken.startswith(b"HTTP/"):
        return CannotConnect(
            f"{place} is a web server: it answers in HTTP.",
            hint="For MQTT over WebSocket use ws:// or wss://; else check the port.",
        )
    if spoken.startswith(b"SSH-"):
        return CannotConnect(f"{place} is an SSH server.", hint="Check the port; MQTT is usually on 1883 or 8883.")
    if spoken[:2] in (b"\x15\x03", b"\x16\x03"):
        return CannotConnect(f"{place} speaks TLS.", hint="Use mqtts:// (or wss://) for this port.")
    shown = display_text(spoken[:_SHOWN_BYTES])
    return CannotConnect(f"{place} does not speak MQTT; it began with “{shown}”.", hint="Check the port.")


def closed_before_connack(error: BaseException | None, url: BrokerUrl, *, shows_certificate: bool) -> CannotConnect:
    """The peer closed where CONNACK should have come."""
    if isinstance(error, ssl.SSLError) and (alert := client_certificate_refused(error, url, shows=shows_certificate)):
        return alert
    causes = ["another MQTT version"]
    if url.scheme.is_secure and not shows_certificate:
        causes.append("a client certificate")
    if not url.scheme.is_secure:
        causes.append(f"TLS ({'wss' if url.scheme.is_websocket else 'mqtts'}://)")
    if not url.scheme.is_websocket:
        causes.append("WebSocket (ws://)")
    because = f": {display_text(str(error))}" if isinstance(error, ConnectionAbortedError) and not error.errno else ""
    return ClosedBeforeConnack(
        f"{where(url)} closed the connection without CONNACK{because}.", hint=f"It may want {' or '.join(causes)}."
    )


def _certificate_refused(error: ssl.SSLCertVerificationError, url: BrokerUrl) -> CannotConnect:
    reason, hint = _CERTIFICATE.get(
        error.verify_code, (display_text(error.verify_message), "Ask the broker's operator for its certificate.")
    )
    return CannotConnect(
        f"The certificate of {where(url)} is not accepted: {reason.format(host=display_text(url.host))}.", hint=hint
    )


_OTHER_NAME = (
    "it is for another name than {host}",
    "Connect by the name that the certificate is for, or have it issued for this one.",
)
_UNKNOWN_AUTHORITY = (
    "its authority is not trusted here",
    "Set the CA file of the broker's authority in the profile's TLS options.",
)
_CERTIFICATE = {
    # OpenSSL's X509_V_ERR_... numbers
    9: ("it is not valid yet", "Check the clocks of both machines."),
    10: ("it has expired", "The broker needs a new certificate; check this machine's clock as well."),
    18: ("it is self-signed", "If it is the right one, set it as CA file in the profile's TLS options."),
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    23: ("it has been revoked", "Ask the broker's operator; somebody else may be using it."),
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}


def _plain(scheme: Scheme) -> Scheme:
    return Scheme.WEBSOCKET if scheme.is_websocket else Scheme.TCP


def _words(error: BaseException | None) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return display_text(error.reason.replace("_", " ").lower())
    return display_text(getattr(error, "strerror", None) or str(error) or type(error).__name__)
