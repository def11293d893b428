"""Which broker is meant, and what is subscribed to there."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace as with_fields

from mqtt_tui.cli.commands import COMMANDS
from mqtt_tui.cli.connection_options import PASSWORD_VARIABLE, ConnectionOptions
from mqtt_tui.cli.contradictions import Facts, check
from mqtt_tui.config.reading import nearest
from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.fields import checked
from mqtt_tui.profiles.names import UnknownProfile
from mqtt_tui.profiles.profile import BrokerProfile, profile_from_url
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.stored import Profiles
from mqtt_tui.profiles.target import Target
from mqtt_tui.profiles.url import BrokerUrl, Scheme
from mqtt_tui.text.display_text import display_text

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ADDRESS = re.compile(r"(?:[^/@]*@)?(?:\[[^]/]*\]|[^/:+#$@]+):[0-9]+|\[[^]/]*\]|[^/+#$]*@[^/+#$]+")
_ALMOST_A_URL = re.compile(r"(?:mqtts?|wss?|unix|tcp|ssl|tls|https?):", re.IGNORECASE)
_OF_A_FILTER = re.compile(r"[/+#$]")
_PORT = re.compile(r":[0-9]+$")
_NAMES_A_BROKER = {"url.host", "url.socket", "url.websocket"}
_FILTERS, _HEADERS = "subscriptions.filter", "websocket.headers"
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asks for."""

    target: Target
    has_target: bool
    """A word names the broker."""
    has_filters: bool
    """Topic filters were named; otherwise they are the profile's."""
    warnings: tuple[str, ...] = ()
    """What the user should do otherwise next time; safe to show."""


def choose_target(words: Sequence[str], connection: ConnectionOptions, profiles: Profiles) -> Choice:
    """The broker and the filters that ``words`` and flags name; flags go over the fields of a profile.

    The first word is the broker where it is a URL, ``host:port`` or a saved profile. Otherwise the default profile
    is meant, then localhost. The other words are topic filters.

    Raises:
        UsageError: a word is neither, or flags contradict each other.
        LocalError: a profile is meant, and profiles.toml has problems.
    """
    given = connection.given
    url = _as_url(words[0]) if words else None
    has_target = url is not None or bool(words and words[0] in profiles.entries)
    if url is not None:
        target = Target(url.host, profile_from_url(url))
    elif has_target:
        target = Target(words[0], profiles.entries[words[0]], is_saved=True)
    else:
        _check_filter(words, profiles)
        target = _unnamed(given, profiles)
    filters = [*map(TopicFilter, words[has_target:]), *given.get(_FILTERS, ())]
    profile = _changed(target.profile, given, filters)
    facts = Facts(
        given=given,
        has_target=has_target,
        url=url,
        has_port=url is not None and bool(_PORT.search(_authority(words[0]))),
        profile=profile,
    )
    check(facts)
    return Choice(
        replace(target, profile=_with_password_variable(profile, given, url)),
        has_target=has_target,
        has_filters=bool(filters) or (url is not None and url.topic_filter is not None),
        warnings=tuple(_visible_secrets(given, url)),
    )


def new_profile(url: str | None, connection: ConnectionOptions) -> Choice:
    """A profile that is yet to be saved; ``url`` may be a host alone. Raises UsageError as ``choose_target``."""
    nobody = Profiles(entries={}, default=None, last_used=(), problems=(), is_writable=True)
    words = [] if url is None else [url if _URL.match(url) else f"mqtt://{url}"]
    return choose_target(words, connection, nobody)


def unknown_profile(name: str, profiles: Profiles) -> LocalError:
    """There is none of this name, or it is among what cannot be read."""
    if not profiles.is_writable:
        return broken(profiles)
    return UnknownProfile(name, profiles.entries)


def check_first_word(word: str, profiles: Profiles) -> None:
    """Refuse what is neither a broker nor a topic filter, such as a mistyped command.

    Raises:
        UsageError: naming the command or profile that may be meant.
        LocalError: it may be a profile, and profiles.toml has problems.
    """
    if _as_url(word) is None and word not in profiles.entries:
        _check_filter([word], profiles)


def _as_url(word: str) -> BrokerUrl | None:
    if _URL.match(word) or _ADDRESS.fullmatch(word):
        return BrokerUrl.parse(word)
    if _ALMOST_A_URL.match(word):
        raise UsageError(
            "The first word begins like a URL and is none.", hint="For example mqtt://localhost:1883"
        )  # not quoted: it may hold a password
    return None


def _authority(text: str) -> str:
    return text.rpartition("://")[2].partition("/")[0]


def _check_filter(words: Sequence[str], profiles: Profiles) -> None:
    if not words or _OF_A_FILTER.search(words[0]):
        return
    word = words[0]
    if word in COMMANDS:
        raise UsageError(f"{word} is a command and comes first.", hint=f"mqtt-tui {word} …")
    if profiles.problems and not profiles.is_writable:
        raise broken(profiles)
    raise UsageError(
        f"There is no profile or command called '{display_text(word)}'"
        + (nearest(word, [*profiles.entries, *COMMANDS]) or "."),
        hint="A broker is written mqtt://HOST or HOST:PORT, a topic filter of one level -t FILTER.",
    )


def broken(profiles: Profiles) -> LocalError:
    """Everything that is wrong with profiles.toml, as the reason why a profile cannot be had."""
    return LocalError(
        "\n".join(["The saved profiles cannot be used as they are:", *map(str, profiles.problems)]),
        hint="Correct the file with an editor; a broker can be named by its URL meanwhile.",
    )


def _unnamed(given: Mapping[str, Any], profiles: Profiles) -> Target:
    if not _NAMES_A_BROKER & given.keys():
        if profiles.default is not None:
            return Target(profiles.default, profiles.entries[profiles.default], is_saved=True)
        if not profiles.is_writable:  # the default may be among what cannot be read
            raise broken(profiles)
    url = _url_of_flags(given)
    return Target(url.host, BrokerProfile(url=str(url)))


def _url_of_flags(given: Mapping[str, Any]) -> BrokerUrl:
    if "url.socket" in given:
        return BrokerUrl(Scheme.UNIX, given["url.socket"], 0)
    host, port = given.get("url.host", "localhost"), given.get("url.port")
    is_secure = port == Scheme.TLS.default_port or any(name.startswith("tls.") for name in given)
    if "url.websocket" in given:
        scheme = Scheme.SECURE_WEBSOCKET if is_secure else Scheme.WEBSOCKET
    else:
        scheme = Scheme.TLS if is_secure else Scheme.TCP
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    return BrokerUrl.parse(str(BrokerUrl(scheme, host, port or scheme.default_port)))


def _changed(profile: BrokerProfile, given: Mapping[str, Any], filters: Sequence[TopicFilter]) -> BrokerProfile:
    table: dict[str, Any] = to_builtins(profile)
    of_url, of_subscriptions = _part(given, "url."), _part(given, "subscriptions.")
    for key, value in given.items():
        *tables, name = key.split(".")
        if key not in of_url and key not in of_subscriptions:
            at = table
            for one in tables:
                at = at.setdefault(one, {})
            at[name] = to_builtins(value) if key != _HEADERS else at.get(name, {}) | dict(value)
    if "topic" not in table.get("will", {}):
        table.pop("will", None)
    if of_url.keys() & {"url.port", "url.path"}:
        table["url"] = _moved(profile.endpoint, of_url.get("url.port"), of_url.get("url.path"))
    chosen = [{"filter": str(one)} for one in filters] or to_builtins(profile.subscriptions)
    options = {key.partition(".")[2]: value for key, value in of_subscriptions.items() if key != _FILTERS}
    table["subscriptions"] = [one | options for one in chosen]
    changed, problems = checked(table)
    if changed is None:
        raise UsageError("\n".join(f"{key}: {reason}" for key, reason in problems.items()))
    return changed


def _part(given: Mapping[str, Any], beginning: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key.startswith(beginning)}


def _moved(endpoint: BrokerUrl, port: int | None, path: str | None) -> str:
    if endpoint.scheme is Scheme.UNIX:
        return str(endpoint)
    moved = replace(endpoint, port=port or endpoint.port)
    if path is not None and endpoint.scheme.is_websocket:
        moved = replace(moved, path="/" + path.removeprefix("/"))
    return str(BrokerUrl.parse(str(moved)))


def _with_password_variable(profile: BrokerProfile, given: Mapping[str, Any], url: BrokerUrl | None) -> BrokerProfile:
    """Let the environment's password stand in where none is named; never for a user of whom the profile has one."""
    if profile.username is None or PASSWORD_VARIABLE not in os.environ:
        return profile
    is_named = "password" in given or (url is not None and url.password is not None)
    if is_named or (profile.password is not None and "username" not in given):
        return profile
    return with_fields(profile, password=Secret(env=PASSWORD_VARIABLE))


def _visible_secrets(given: Mapping[str, Any], url: BrokerUrl | None) -> list[str]:
    in_url = url is not None and url.password is not None
    headers = {name.lower() for name, _ in given.get(_HEADERS, ())}
    warnings = []
    if "password" in given or in_url:
        warnings.append(
            "Other users can see the password in the process list; "
            f"set {PASSWORD_VARIABLE}, or let a profile ask for it."
        )
    if headers & _SECRET_HEADERS:
        warnings.append("Other users can see the header in the process list; a profile can hold it instead.")
    return warnings
