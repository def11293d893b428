"""Brokers by URL."""

import difflib
import ipaddress
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import quote, unquote

from mqtt_tui.errors import UsageError
from mqtt_tui.model.topic import InvalidTopicFilter, TopicFilter
from mqtt_tui.text.display_text import display_text


class Scheme(StrEnum):
    """How MQTT travels."""

    TCP = "mqtt"
    TLS = "mqtts"
    WEBSOCKET = "ws"
    SECURE_WEBSOCKET = "wss"
    UNIX = "unix"

    @property
    def is_secure(self) -> bool:
        """Whether TLS is below."""
        return self in (Scheme.TLS, Scheme.SECURE_WEBSOCKET)

    @property
    def is_websocket(self) -> bool:
        """Whether MQTT travels in WebSocket frames (MQTT 5.0, 6)."""
        return self in (Scheme.WEBSOCKET, Scheme.SECURE_WEBSOCKET)

    @property
    def default_port(self) -> int:
        """Where a URL names none: IANA's for MQTT, the web's for WebSocket; 0 for a Unix socket."""
        return _DEFAULT_PORTS[self]


_DEFAULT_PORTS = {
    Scheme.TCP: 1883,
    Scheme.TLS: 8883,
    Scheme.WEBSOCKET: 80,
    Scheme.SECURE_WEBSOCKET: 443,
    Scheme.UNIX: 0,
}
_DEFAULT_PATH = "/mqtt"
_BY_NAME = {scheme.value: scheme for scheme in Scheme} | {
    "tcp": Scheme.TCP,
    "ssl": Scheme.TLS,
    "tls": Scheme.TLS,
}
_WEB_PAGES = {"http": Scheme.WEBSOCKET, "https": Scheme.SECURE_WEBSOCKET}
_SCHEME_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_NOT_IN_A_HOST = re.compile(r"[#%<>?@\[\]^|\\]")
_NOT_IN_A_STRING = re.compile("[\0\ud800-\udfff]")  # MQTT 5.0, 1.5.4
_LITERAL = "/+#$?!*'(),;:@&="
"""Characters of a path or a topic filter that stand as they are; letters, digits and ``_.-~`` do so anyway."""
_EXAMPLE = "For example mqtt://localhost:1883 or wss://broker.example/mqtt"


class InvalidUrl(UsageError):
    """The text names no broker. Its message holds nothing that may be a password."""


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """A parsed broker URL; ``str()`` gives it without its password."""

    scheme: Scheme
    host: str
    """Name or address; for a Unix socket its path."""
    port: int
    """0 for a Unix socket."""
    path: str = ""
    """Of a WebSocket: the request's path with its query, ``/mqtt`` where none was given."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    topic_filter: str | None = None
    """From ``mqtt://host/topic/filter``."""

    @classmethod
    def parse(cls, text: str) -> "BrokerUrl":
        """Read ``mqtt://user:pw@host:1883/a/b/#`` and the like; ``host``, ``host:port`` mean ``mqtt://``.

        ``tcp://`` is read as ``mqtt://``, ``ssl://`` and ``tls://`` as ``mqtts://``. What follows the host is the
        path of a WebSocket, otherwise a topic filter, in which ``#`` and ``?`` are plain characters. User name,
        password, topic filter and socket path may be %-encoded.

        Raises:
            InvalidUrl: naming what is wrong and what a right one looks like.
        """
        text = text.strip()
        _check_characters(text)
        scheme, rest = _split_scheme(text)
        authority, slash, tail = rest.partition("/")
        credentials, _, address = authority.rpartition("@")
        username, password = _split_credentials(credentials)
        if scheme is Scheme.UNIX:
            return cls(scheme, _socket_path(address, slash + tail), 0, "", username, password)
        host, port = _split_address(address, scheme, password_may_be_cut="@" in tail)
        if scheme.is_websocket:
            path = _websocket_path(slash + tail)
            return cls(scheme, host, port, path, username, password)
        return cls(scheme, host, port, "", username, password, _topic_filter(tail))

    @property
    def address(self) -> str:
        """``host:port``, with brackets around an IPv6 address; the path of a Unix socket."""
        if self.scheme is Scheme.UNIX:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def broker(self) -> "BrokerUrl":
        """The same without user name, password and topic filter."""
        return replace(self, username=None, password=None, topic_filter=None)

    @property
    def public(self) -> str:
        """The broker without what may be a secret: the query of a WebSocket's path often holds a token."""
        return str(replace(self.broker, path=self.path.partition("?")[0]))

    def __str__(self) -> str:
        user = "" if self.username is None else quote(self.username, safe="") + "@"
        where = quote(self.host, safe=_LITERAL) if self.scheme is Scheme.UNIX else self.address
        topic = "" if self.topic_filter is None else "/" + quote(self.topic_filter, safe=_LITERAL)
        return f"{self.scheme}://{user}{where}{self.path}{topic}"


def _check_characters(text: str) -> None:
    if not text:
        raise InvalidUrl("The URL is empty.", hint=_EXAMPLE)
    for column, character in enumerate(text, 1):
        if character.isspace() or not character.isprintable():
            raise InvalidUrl(
                f"A URL cannot have '{display_text(character)}' (column {column}).",
                hint=f"Write it as {quote(character, errors='replace')}, or leave it out.",
            )


def _split_scheme(text: str) -> tuple[Scheme, str]:
    name, separator, rest = text.partition("://")
    if not separator or not _SCHEME_NAME.fullmatch(name):
        return Scheme.TCP, text
    name = name.lower()
    if scheme := _BY_NAME.get(name):
        return scheme, rest
    if name in _WEB_PAGES:
        raise InvalidUrl(
            f"{name}:// is the address of a web page.",
            hint=f"For MQTT over WebSocket write {_WEB_PAGES[name]}://",
        )
    near = difflib.get_close_matches(name, _BY_NAME, 1)
    raise InvalidUrl(
        f"{display_text(name)}:// is no way to reach a broker.",
        hint=(f"Did you mean {near[0]}://? " if near else "") + "There are mqtt, mqtts, ws, wss and unix.",
    )


def _split_credentials(text: str) -> tuple[str | None, str | None]:
    if not text:
        return None, None
    username, colon, password = text.partition(":")
    return _decoded(username, "user name") or None, _decoded(password, "password") if colon else None


def _decoded(text: str, what: str) -> str:
    decoded = unquote(text, errors="surrogateescape")
    if _NOT_IN_A_STRING.search(decoded):
        raise InvalidUrl(f"The {what} in the URL is not UTF-8 text, or has a NUL character.")
    return decoded


def _split_address(address: str, scheme: Scheme, *, password_may_be_cut: bool) -> tuple[str, int]:
    """Host and port. No message quotes the port: in ``mqtt://user:pass/word@host`` that is half a password."""
    if address.startswith("["):
        host, closing, port = address[1:].partition("]")
        _check_ipv6(host if closing else "")
        if port and not port.startswith(":"):
            raise InvalidUrl(
                "Behind an IPv6 address in brackets comes ':' and the port.", hint="For example [::1]:1883"
            )
        host, port = host.replace("%25", "%"), port[1:]
    else:
        host, _, port = address.partition(":")
        if ":" in port:
            raise InvalidUrl(
                "There is more than one ':' in the host.", hint="An IPv6 address goes in brackets: [::1]:1883"
            )
        _check_host(host)
    if not port:
        return host, scheme.default_port
    if port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65_535:
        return host, int(port)
    raise InvalidUrl(
        f"What follows {display_text(host)!r} and ':' is no port, which is a number from 1 to 65535.",
        hint="In a user name or password '/' is written %2F." if password_may_be_cut else _EXAMPLE,
    )


def _check_ipv6(host: str) -> None:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        raise InvalidUrl("What is in brackets is no IPv6 address.", hint="For example mqtt://[::1]:1883") from None


def _check_host(host: str) -> None:
    if not host:
        raise InvalidUrl("The URL names no host.", hint=_EXAMPLE)
    if odd := _NOT_IN_A_HOST.search(host):
        raise InvalidUrl(
            f"A host cannot have {odd[0]!r}.",
            hint="A topic filter begins with '/': mqtt://localhost/#" if odd[0] in "#?" else _EXAMPLE,
        )
    try:
        if len(host) > 253:
            raise UnicodeError
        host.encode("idna")
    except UnicodeError:
        raise InvalidUrl(
            f"{display_text(host[:60])!r} is no host name.", hint="Its parts have 1 to 63 characters, 253 in all."
        ) from None


def _websocket_path(text: str) -> str:
    if "#" in text:
        raise InvalidUrl(
            "A WebSocket path cannot have '#'.",
            hint="It is the path of the web server, often /mqtt, and no topic filter.",
        )
    return quote(text, safe=_LITERAL + "%") or _DEFAULT_PATH


def _socket_path(address: str, path: str) -> str:
    if address or path in ("", "/"):
        raise InvalidUrl(
            "A Unix socket is named by its whole path.", hint="For example unix:///run/mosquitto/mosquitto.sock"
        )
    return _decoded(path, "path")


def _topic_filter(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(TopicFilter(unquote(text, errors="surrogateescape")))
    except InvalidTopicFilter as error:
        raise InvalidUrl(f"In the URL: {error.message}", hint=error.hint) from None
