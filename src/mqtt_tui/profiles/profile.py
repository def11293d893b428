"""What can be said about a broker: the schema of profiles.toml, of the editor and of the command line."""

from typing import Annotated, Literal

import msgspec

from mqtt_tui.config.reading import InvalidField
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import InvalidTopicFilter, InvalidTopicName, TopicFilter, TopicName
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl

Seconds = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
ProtocolChoice = Literal["auto", "5", "3.1.1", "3.1"]


class _Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Every table of profiles.toml is one of these."""


class Secret(_Options, frozen=True):
    """Where a password comes from; exactly one of these is set."""

    env: str | None = None
    """Name of an environment variable."""

    prompt: bool = False
    """Ask each time."""

    keyring: str | None = None
    """Name of an entry in the system's key store, under the service ``mqtt-tui`` (needs the extra ``keyring``)."""

    value: str | None = None
    """Stored in profiles.toml, which only its owner can read."""

    def __post_init__(self) -> None:
        if sum((self.env is not None, self.prompt, self.keyring is not None, self.value is not None)) != 1:
            raise ValueError(
                'should be one of { env = "NAME" }, { keyring = "NAME" }, { prompt = true } and { value = "..." }'
            )

    def __repr__(self) -> str:
        shown = {"env": self.env, "keyring": self.keyring, "prompt": self.prompt}
        return f"Secret({next((f'{kind}={said!r}' for kind, said in shown.items() if said), 'value=…')})"


class TlsOptions(_Options, frozen=True):
    """How a TLS connection is made and what is verified."""

    ca_file: str | None = None
    """PEM bundle to trust instead of the system's; relative to the configuration directory."""

    certificate_file: str | None = None
    """Client certificate (PEM) where the broker asks for one."""

    key_file: str | None = None
    """Its private key (PEM); left out where the certificate file holds both."""

    key_password: Secret | None = None
    """Of an encrypted private key."""

    verify: bool = True
    """Off: any certificate is accepted for any host. Shown in red while connected."""


class WebSocketOptions(_Options, frozen=True):
    """What the WebSocket handshake carries besides the path, which is the URL's."""

    headers: dict[str, str] = {}
    """Additional HTTP headers; treated like passwords."""

    def __repr__(self) -> str:
        return f"WebSocketOptions(headers={list(self.headers)})"


class WillMessage(_Options, frozen=True):
    """What the server publishes when the connection ends without DISCONNECT (MQTT 5.0, 3.1.2.5)."""

    topic: str
    payload: str = ""
    qos: Literal[0, 1, 2] = 0
    retain: bool = False

    def __post_init__(self) -> None:
        try:
            TopicName(self.topic)
        except InvalidTopicName as error:
            raise InvalidField("topic", error.message, hint=error.hint) from None


class SubscriptionOptions(_Options, frozen=True):
    """A subscription that is made at each connect."""

    filter: str
    qos: Literal[0, 1, 2] = 0
    no_local: bool = False
    retain_as_published: bool = True
    retain_handling: Literal[0, 1, 2] = 0

    def __post_init__(self) -> None:
        try:
            TopicFilter(self.filter)
        except InvalidTopicFilter as error:
            raise InvalidField("filter", error.message, hint=error.hint) from None

    def subscription(self) -> Subscription:
        """In the words of the model."""
        return Subscription(
            topic_filter=TopicFilter(self.filter),
            qos=QoS(self.qos),
            no_local=self.no_local,
            retain_as_published=self.retain_as_published,
            retain_handling=RetainHandling(self.retain_handling),
        )


class BrokerProfile(_Options, frozen=True):
    """A broker and how to talk to it."""

    url: str
    """``mqtt://``, ``mqtts://``, ``ws://``, ``wss://`` or ``unix://``; without user name, password and topic."""

    protocol: ProtocolChoice = "auto"
    """``auto`` tries 5, then 3.1.1, then 3.1."""

    client_id: str | None = None
    """Left out: a random one for each connection."""

    username: str | None = None

    password: Secret | None = None

    clean_start: bool = True
    """On: begin with an empty session. Off: resume the one that the broker kept."""

    session_expiry_interval: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)] = 0
    """Seconds that the broker keeps the session after a disconnect (MQTT 5)."""

    keep_alive: Annotated[int, msgspec.Meta(ge=5, le=65_535)] = 60
    """Seconds; a dead link is noticed after at most one and a half times this."""

    connect_timeout: Annotated[int, msgspec.Meta(ge=1, le=600)] = 10
    """Seconds for name, TCP, TLS and CONNACK together."""

    maximum_packet_size: Annotated[int, msgspec.Meta(ge=1_024, le=268_435_460)] = 32 * 1024 * 1024
    """Bytes; announced to the broker, which then drops what is larger (MQTT 5)."""

    read_only: bool = False
    """On: nothing is ever published to this broker, not even the will."""

    tls: TlsOptions = TlsOptions()
    websocket: WebSocketOptions = WebSocketOptions()
    will: WillMessage | None = None
    subscriptions: tuple[SubscriptionOptions, ...] = (SubscriptionOptions(filter="#"),)

    def __post_init__(self) -> None:
        endpoint = self.endpoint
        if endpoint.username is not None or endpoint.password is not None:
            raise InvalidField("url", "The URL names a user or a password.", hint="They go into username and password.")
        if endpoint.topic_filter is not None:
            raise InvalidField("url", "The URL names a topic filter.", hint="It goes into subscriptions.")

    @property
    def endpoint(self) -> BrokerUrl:
        """The broker's parsed URL."""
        try:
            return BrokerUrl.parse(self.url)
        except InvalidUrl as error:
            raise InvalidField("url", error.message, hint=error.hint) from None


def profile_from_url(url: BrokerUrl) -> BrokerProfile:
    """A profile for ``url``: its user, password and topic filter in their places, all else as by default.

    The password is in memory only, until the profile is saved.
    """
    profile = BrokerProfile(
        url=str(url.broker),
        username=url.username,
        password=None if url.password is None else Secret(value=url.password),
    )
    if url.topic_filter is None:
        return profile
    return msgspec.structs.replace(profile, subscriptions=(SubscriptionOptions(filter=url.topic_filter),))
