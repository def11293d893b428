"""A message as the command that publishes it again."""

import shlex
from base64 import b64encode
from collections.abc import Iterator

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import BrokerUrl, Scheme

_LONGEST_ARGUMENT = 2_000
"""Bytes of a payload that stand in the command as they are; more come through the standard input."""
_VERSIONS = {Protocol.V5: "5", Protocol.V311: "311", Protocol.V31: "31"}


def mosquitto_pub(message: ApplicationMessage, profile: BrokerProfile) -> str:
    """The ``mosquitto_pub`` command that publishes ``message`` to the broker of ``profile`` as it came.

    For bash and zsh. Secrets are left out, and what the program has no option for; a comment
    behind the command says what.
    """
    payload = message.payload
    words = ["mosquitto_pub", *_connection(profile), "-V", _VERSIONS[message.protocol]]
    words += ["-t", quoted(message.topic), "-q", str(int(message.qos))]
    words += ["-r"] if message.retain else []
    words += _properties(message)
    if not payload:
        words.append("-n")
    elif len(payload) <= _LONGEST_ARGUMENT and b"\0" not in payload:
        words += ["-m", quoted(payload)]
    else:
        words += ["-s"]
    source = f"printf %s {b64encode(payload).decode()} | base64 -d | " if words[-1] == "-s" else ""
    missing = ", ".join(_left_out(message, profile))
    return source + " ".join(words) + (f"  # without {missing}" if missing else "")


def quoted(data: bytes) -> str:
    """One word of a command line that is exactly these bytes, none of them NUL."""
    if _is_plain(data):
        return shlex.quote(data.decode())
    inner = "".join(f"\\{byte:03o}" if byte < 0x20 or byte >= 0x7F or byte in b"\\'" else chr(byte) for byte in data)
    return f"$'{inner}'"


def _is_plain(data: bytes) -> bool:
    """Whether it can be seen as it is: what is pasted does nothing else than what it shows."""
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _connection(profile: BrokerProfile) -> Iterator[str]:
    url, tls = BrokerUrl.parse(profile.url), profile.tls
    if url.scheme is Scheme.UNIX:
        yield from ("--unix", quoted(url.host.encode()))
        return
    yield from ("-h", quoted(url.host.encode()), "-p", str(url.port))
    if profile.username is not None:
        yield from ("-u", quoted(profile.username.encode()))
    if url.scheme.is_secure:
        if tls.ca_file is None and tls.ca_directory is None:
            yield "--tls-use-os-certs"
        options = (("--cafile", tls.ca_file), ("--capath", tls.ca_directory))
        for option, value in (*options, ("--cert", tls.certificate_file), ("--key", tls.key_file)):
            if value is not None:
                yield from (option, quoted(value.encode()))
        if not tls.is_verified:
            yield "--insecure"


def _properties(message: ApplicationMessage) -> Iterator[str]:
    found = message.properties
    correlation = found.correlation_data
    values: list[tuple[str, str | int | None]] = [
        ("payload-format-indicator", found.payload_format_indicator),
        ("message-expiry-interval", found.message_expiry_interval),
        ("content-type", found.content_type),
        ("response-topic", found.response_topic),
        ("correlation-data", correlation.decode() if correlation is not None and _is_plain(correlation) else None),
    ]
    for name, value in values:
        if value is not None:
            yield from ("-D", "publish", name, quoted(str(value).encode()))
    for name, value in found.user_properties:
        yield from ("-D", "publish", "user-property", quoted(name.encode()), quoted(value.encode()))


def _left_out(message: ApplicationMessage, profile: BrokerProfile) -> Iterator[str]:
    correlation = message.properties.correlation_data
    if correlation is not None and not _is_plain(correlation):
        yield "the binary correlation data"
    if profile.password is not None:
        yield "the password (-P)"
    if BrokerUrl.parse(profile.url).scheme.is_websocket:
        yield "WebSocket, which it does not speak"
    if profile.proxy.url is not None:
        yield "the proxy"
