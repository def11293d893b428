"""The tables of a profile: TLS, WebSocket, proxy, will, subscriptions, waits between attempts."""

import re
from typing import Annotated, Literal

import msgspec

from mqtt_tui.config.reading import InvalidField
from mqtt_tui.errors import UsageError
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import InvalidTopicFilter, InvalidTopicName, TopicFilter, TopicName
from mqtt_tui.model.user_properties import InvalidUserProperty, check_user_properties
from mqtt_tui.profiles.proxy_url import InvalidProxyUrl, ProxyUrl
from mqtt_tui.profiles.secret import Options, Secret

TwoBytes = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
FourBytes = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
Color = Literal["none", "red", "yellow", "green", "cyan", "violet"]
Pairs = tuple[tuple[str, str], ...]
"""Names and values in their order; a name may come again (MQTT 5.0, 1.5.7)."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


def check_pairs(pairs: Pairs) -> None:
    """Check the user properties of a table, which stand there as ``user_properties``.

    Raises:
        InvalidField: MQTT has no room for one.
    """
    try:
        check_user_properties(pairs)
    except InvalidUserProperty as error:
        raise InvalidField("user_properties", error.message) from None


def check_decoders(pairs: Pairs) -> None:
    """Check topic filters and how what comes under them is read, which stand in a table as ``decoders``.

    Raises:
        InvalidField: one cannot be meant.
    """
    for number, (topic_filter, recipe) in enumerate(pairs, 1):
        try:
            TopicFilter(topic_filter)
            Recipe.parse(recipe)
        except UsageError as error:
            raise InvalidField("decoders", f"Decoder {number}: {error.message}", hint=error.hint) from None


class TlsOptions(Options, frozen=True):
    """How a TLS connection is made and what is verified."""

    ca_file: str | None = None
    ca_directory: str | None = None
    system_authorities: bool = False
    certificate_file: str | None = None
    key_file: str | None = None
    key_password: Secret | None = None
    server_name: str | None = None
    alpn: tuple[str, ...] = ()
    minimum_version: Literal["1.0", "1.1", "1.2", "1.3"] = "1.2"
    ciphers: str | None = None
    verify: bool = True
    verify_host: bool = True

    def __post_init__(self) -> None:
        for protocol in self.alpn:
            if not (protocol.isascii() and protocol.isprintable() and 1 <= len(protocol) <= 255):  # RFC 7301, 3.1
                raise InvalidField("alpn", "A protocol's name has 1 to 255 ASCII characters.")

    @property
    def is_verified(self) -> bool:
        """Whether the broker has to prove that it is the one that is meant."""
        return self.verify and self.verify_host


class WebSocketOptions(Options, frozen=True):
    """What the WebSocket handshake carries besides the path, which is the URL's (RFC 6455, 4.1)."""

    headers: dict[str, str | Secret] = {}
    subprotocol: str = "mqtt"

    def __post_init__(self) -> None:
        for name, value in self.headers.items():
            if not _TOKEN.fullmatch(name):
                raise InvalidField("headers", "The name of a header has letters, digits and '-'.")
            if isinstance(value, str) and not value.isprintable():
                raise InvalidField("headers", "The value of a header is one line.")
        if self.subprotocol and not _TOKEN.fullmatch(self.subprotocol):
            raise InvalidField("subprotocol", "A sub-protocol is one word.", hint="For example mqtt or mqttv3.1")

    def __repr__(self) -> str:
        return f"WebSocketOptions(headers={list(self.headers)}, subprotocol={self.subprotocol!r})"


class ProxyOptions(Options, frozen=True):
    """What stands between here and the broker; one of the three, or nothing."""

    url: str | None = None
    password: Secret | None = None
    from_environment: bool = False
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum((self.url is not None, self.from_environment, bool(self.command))) > 1:
            raise ValueError('should be one of { url = "…" }, { from_environment = true } and { command = ["…"] }')
        if self.url is not None:
            try:
                named = ProxyUrl.parse(self.url)
            except InvalidProxyUrl as error:
                raise InvalidField("url", error.message, hint=error.hint) from None
            if named.password is not None:
                raise InvalidField("url", "The URL names a password.", hint="It goes into the proxy's password.")
        if self.password is not None and self.url is None:
            raise InvalidField("password", "There is no proxy that it would be for.", hint="Set the proxy's URL.")


class WillMessage(Options, frozen=True):
    """What the server publishes when the connection ends without DISCONNECT (MQTT 5.0, 3.1.2.5 and 3.1.3.2)."""

    topic: str
    payload: str = ""
    qos: Literal[0, 1, 2] = 0
    retain: bool = False
    delay_interval: FourBytes = 0
    message_expiry_interval: FourBytes | None = None
    payload_format_indicator: Literal[0, 1] = 0
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: str | None = None
    user_properties: Pairs = ()

    def __post_init__(self) -> None:
        for field in ("topic", "response_topic"):
            name = getattr(self, field)
            try:
                if name is not None:
                    TopicName(name)
            except InvalidTopicName as error:
                raise InvalidField(field, error.message, hint=error.hint) from None
        check_pairs(self.user_properties)


class SubscriptionOptions(Options, frozen=True):
    """A subscription that is made at each connect (MQTT 5.0, 3.8)."""

    filter: str
    qos: Literal[0, 1, 2] = 0
    no_local: bool = False
    retain_as_published: bool = True
    retain_handling: Literal[0, 1, 2] = 0
    identifier: Annotated[int, msgspec.Meta(ge=1, le=268_435_455)] | None = None
    user_properties: Pairs = ()
    alias: str | None = None
    color: Color = "none"

    def __post_init__(self) -> None:
        try:
            TopicFilter(self.filter)
        except InvalidTopicFilter as error:
            raise InvalidField("filter", error.message, hint=error.hint) from None
        check_pairs(self.user_properties)

    def subscription(self) -> Subscription:
        """In the words of the model."""
        return Subscription(
            topic_filter=TopicFilter(self.filter),
            qos=QoS(self.qos),
            no_local=self.no_local,
            retain_as_published=self.retain_as_published,
            retain_handling=RetainHandling(self.retain_handling),
            identifier=self.identifier,
            user_properties=self.user_properties,
            alias=self.alias or "",
            color=self.color,
        )


class ReconnectOptions(Options, frozen=True):
    """The waits between attempts: they double from the shortest to the longest."""

    shortest: Annotated[float, msgspec.Meta(ge=0.1, le=3600)] = 0.5
    longest: Annotated[float, msgspec.Meta(ge=0.1, le=86_400)] = 30.0

    def __post_init__(self) -> None:
        if self.longest < self.shortest:
            raise InvalidField("longest", f"It is less than the shortest wait, {self.shortest:g} s.")
