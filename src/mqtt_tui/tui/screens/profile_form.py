"""The fields of the profile editor: the words are here, kinds and limits come from the schema of profiles.toml."""

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from mqtt_tui.config.reading import Reader
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import Scheme


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a profile.

    Args:
        key: as in profiles.toml, tables with a dot: ``tls.ca_file``.
        label: in front of it.
        help: one line below it.
        placeholder: what an empty line says.
        caution: stands in place of the help while the value is false.
    """

    key: str
    label: str
    help: str
    placeholder: str = ""
    caution: str = ""

    @property
    def kind(self) -> object:
        """The type of its value in the schema, without None and limits."""
        return _plain(self._schema.type)

    @property
    def default(self) -> object:
        """Its value in a new profile."""
        return self._schema.default

    @property
    def choices(self) -> Sequence[object]:
        """All values that it may have, where these are few; otherwise none."""
        if self.kind is bool:
            return (True, False)
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def _schema(self) -> msgspec.structs.FieldInfo:
        *tables, name = self.key.split(".")
        fields = _fields(BrokerProfile)
        for table in tables:
            fields = _fields(_plain(fields[table].type))
        return fields[name]


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    heading: str
    fields: Sequence[Field]
    applies: Callable[[Scheme], bool] = lambda _: True
    """Whether a broker reached this way has such fields."""


SECTIONS = (
    Section(
        "Broker",
        (
            Field(
                "url",
                "Address",
                "mqtt://, mqtts:// (TLS), ws://, wss:// or unix://",
                "mqtts://broker.example:8883",
            ),
            Field("username", "User name", "Left out where the broker asks for none.", "none"),
            Field("password", "Password", "No password is sent."),
            Field("protocol", "MQTT version", "auto tries 5, then 3.1.1, then 3.1."),
            Field("client_id", "Client id", "Left out, each connection has a random one.", "random"),
            Field("read_only", "Read only", "yes: nothing is ever published, not even the will."),
        ),
    ),
    Section(
        "Subscriptions",
        (Field("subscriptions", "Topic filters", "Made at each connect; # is all levels, + is one.", "factory/#"),),
    ),
    Section(
        "TLS",
        (
            Field("tls.ca_file", "CA file", "PEM file to trust instead of the system's.", "the system's"),
            Field("tls.certificate_file", "Certificate", "Client certificate (PEM), where one is asked for.", "none"),
            Field("tls.key_file", "Key file", "Its private key (PEM), where it has its own file.", "none"),
            Field("tls.key_password", "Key password", "The key is not encrypted."),
            Field(
                "tls.verify",
                "Verify broker",
                "A valid certificate for the broker's name is needed.",
                caution="Not verified: anybody on the way can pose as the broker and read all, the password too.",
            ),
        ),
        lambda scheme: scheme.is_secure,
    ),
    Section(
        "WebSocket",
        (Field("websocket.headers", "HTTP headers", "Sent with the handshake; treated like passwords.", "name"),),
        lambda scheme: scheme.is_websocket,
    ),
    Section(
        "Session",
        (
            Field("clean_start", "Clean start", "no: resume the session that the broker kept."),
            Field("session_expiry_interval", "Session expiry", "Seconds that the broker keeps the session (MQTT 5)."),
            Field("keep_alive", "Keep alive", "Seconds; a dead link is noticed soon after."),
            Field("connect_timeout", "Time-out", "Seconds from the name look-up to the answer."),
            Field("maximum_packet_size", "Largest packet", "Bytes; the broker drops larger messages (MQTT 5)."),
        ),
    ),
    Section(
        "Will",
        (
            Field("will.topic", "Topic", "Published when this connection is lost.", "no will"),
            Field("will.payload", "Payload", "What it says.", "empty"),
            Field("will.qos", "QoS", "0 at most once, 1 at least once, 2 exactly once."),
            Field("will.retain", "Retain", "The broker keeps it for later subscribers."),
        ),
    ),
)


def value_of(profile: BrokerProfile, key: str) -> object:
    """What ``profile`` has at ``key``; None where a table on the way is missing."""
    value: object = profile
    for name in key.split("."):
        value = getattr(value, name, None)
    return value


def table_of(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` by dotted key as nested tables; what is None is left out, and so is a will that says nothing."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        *tables, name = key.split(".")
        if value is not None:
            at = table
            for one in tables:
                at = at.setdefault(one, {})
            at[name] = value
    if not table.get("will", {}).keys() & {"topic", "payload"}:
        table.pop("will", None)
    return table


def checked(table: dict[str, Any]) -> tuple[BrokerProfile | None, dict[str, str]]:
    """The profile that ``table`` is, or None and every problem by its key, in the words used for profiles.toml."""
    reader, url_reader = Reader(Path()), Reader(Path())
    profile = reader.read(table, BrokerProfile)
    url_reader.read({"url": table.get("url", "")}, BrokerProfile)  # what it says waits for the types of all others
    return profile, {problem.key: problem.reason for problem in (*reader.problems, *url_reader.problems)}


def _fields(kind: object) -> dict[str, msgspec.structs.FieldInfo]:
    assert isinstance(kind, type)  # noqa: S101  a table of the schema
    return {field.name: field for field in msgspec.structs.fields(kind)}


def _plain(kind: object) -> object:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not types.NoneType)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind
