"""What can be said about a broker: the types, limits and defaults of every key of profiles.toml.

What each key means stands in ``words``. Both together are the one schema of the editor, the command line and the
reference page (``fields``).
"""

from typing import Annotated, Literal

import msgspec

from mqtt_tui.config.reading import InvalidField
from mqtt_tui.profiles.options import (
    FourBytes,
    Pairs,
    ProxyOptions,
    ReconnectOptions,
    SubscriptionOptions,
    TlsOptions,
    TwoBytes,
    WebSocketOptions,
    WillMessage,
    check_decoders,
    check_pairs,
)
from mqtt_tui.profiles.secret import Options, Secret
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme

ProtocolChoice = Literal["auto", "5", "3.1.1", "3.1"]


class BrokerProfile(Options, frozen=True):
    """A broker and how to talk to it."""

    url: str
    protocol: ProtocolChoice = "auto"
    client_id: str | None = None
    username: str | None = None
    password: Secret | None = None
    read_only: bool = False
    protect: Literal["none", "ask"] = "none"
    group: str | None = None
    auto_connect: bool = False
    memory: Annotated[int, msgspec.Meta(ge=1, le=1_048_576)] | None = None

    clean_start: bool = True
    session_expiry_interval: FourBytes = 0
    keep_alive: Annotated[int, msgspec.Meta(ge=5, le=65_535)] = 60
    maximum_packet_size: Annotated[int, msgspec.Meta(ge=1_024, le=268_435_460)] = 32 * 1024 * 1024
    receive_maximum: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 65_535
    topic_alias_maximum: TwoBytes = 0
    request_response_information: bool = False
    request_problem_information: bool = True
    authentication_method: str | None = None
    authentication_data: Secret | None = None
    user_properties: Pairs = ()

    connect_timeout: Annotated[int, msgspec.Meta(ge=1, le=600)] = 10
    answer_timeout: Annotated[float, msgspec.Meta(ge=0.1, le=600)] = 10.0
    bind_address: str | None = None

    reconnect: ReconnectOptions = ReconnectOptions()
    proxy: ProxyOptions = ProxyOptions()
    tls: TlsOptions = TlsOptions()
    websocket: WebSocketOptions = WebSocketOptions()
    will: WillMessage | None = None
    subscriptions: tuple[SubscriptionOptions, ...] = (SubscriptionOptions(filter="#"),)
    decoders: Pairs = ()

    def __post_init__(self) -> None:
        endpoint = self.endpoint
        if endpoint.username is not None or endpoint.password is not None:
            raise InvalidField("url", "The URL names a user or a password.", hint="They go into username and password.")
        if endpoint.topic_filter is not None:
            raise InvalidField("url", "The URL names a topic filter.", hint="It goes into subscriptions.")
        if self.authentication_data is not None and self.authentication_method is None:
            raise InvalidField(
                "authentication_method", "There is authentication data without a method.", hint="MQTT 5.0, 3.1.2.11.10"
            )
        if endpoint.scheme is Scheme.UNIX and self.proxy != ProxyOptions():
            raise InvalidField("proxy", "A Unix socket is reached without a proxy.")
        check_pairs(self.user_properties)
        check_decoders(self.decoders)

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
