"""Flags that contradict each other or have no sense where they stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import BrokerUrl

_DEFAULT_PATH = "/mqtt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was said, and the profile that came of it."""

    given: Mapping[str, Any]
    """By field, as in ``ConnectionOptions``."""
    has_target: bool
    url: BrokerUrl | None
    """The TARGET, where it is a URL."""
    has_port: bool
    """That URL names its port."""
    profile: BrokerProfile

    def has(self, *fields: str) -> bool:
        """Whether one of the flags was given; ``tls.`` stands for all in that table."""
        return any(name in self.given or (name[-1] == "." and self._has_table(name)) for name in fields)

    def _has_table(self, table: str) -> bool:
        return any(name.startswith(table) for name in self.given)


@dataclass(frozen=True, slots=True)
class _Contradiction:
    holds: Callable[[Facts], bool]
    message: str
    hint: str = ""


_CONTRADICTIONS = (
    _Contradiction(
        lambda f: f.has_target and f.has("url.host", "url.socket", "url.websocket"),
        "The broker is named twice: by TARGET, and by -h, --unix or --ws.",
        "A URL says it all: ws://HOST:PORT/PATH",
    ),
    _Contradiction(
        lambda f: f.has("url.socket") and f.has("url.host", "url.port", "url.websocket"),
        "--unix is a connection of its own kind, without -h, -p and --ws.",
    ),
    _Contradiction(
        lambda f: f.has_port and f.has("url.port"), "The port is named twice: in the URL and by -p.", "Leave one out."
    ),
    _Contradiction(
        lambda f: f.profile.endpoint.port == 0 and f.has("url.port"), "A Unix socket has no port.", "Leave -p out."
    ),
    _Contradiction(
        lambda f: f.url is not None and f.url.path not in ("", _DEFAULT_PATH) and f.has("url.path"),
        "The path is named twice: in the URL and by --ws-path.",
        "Leave one out.",
    ),
    _Contradiction(
        lambda f: f.url is not None and f.url.username is not None and f.has("username"),
        "The user is named twice: in the URL and by -u.",
        "Leave one out.",
    ),
    _Contradiction(
        lambda f: f.url is not None and f.url.password is not None and f.has("password"),
        "The password is given twice: in the URL and by -P.",
        "Leave both out, and set MQTT_TUI_PASSWORD.",
    ),
    _Contradiction(
        lambda f: f.has("password") and f.profile.username is None and f.profile.protocol != "5",
        "-P needs a user name: before MQTT 5 there is no password without one.",
        "Add -u NAME, or -V 5.",
    ),
    _Contradiction(
        lambda f: f.has("tls.") and not f.profile.endpoint.scheme.is_secure,
        "--cafile, --cert, --key and --insecure are for TLS, and this connection has none.",
        "Write mqtts:// (or wss://) in place of mqtt:// (ws://).",
    ),
    _Contradiction(
        lambda f: f.has("tls.key_file") and f.profile.tls.certificate_file is None,
        "--key is the private key of a client certificate, and there is none.",
        "Add --cert FILE.",
    ),
    _Contradiction(
        lambda f: f.has("url.path", "websocket.headers") and not f.profile.endpoint.scheme.is_websocket,
        "--ws-path and --ws-header are for WebSocket, which this connection does not use.",
        "Add --ws, or write ws:// or wss://.",
    ),
    _Contradiction(
        lambda f: f.has("clean_start") and f.profile.client_id is None,
        "-c resumes a session, which the broker finds by the client's identifier, and that is random.",
        "Add -i ID.",
    ),
    _Contradiction(
        lambda f: f.has("session_expiry_interval") and f.profile.protocol in ("3.1.1", "3.1"),
        "-x is for MQTT 5; before that, sessions do not expire.",
        "Leave -x out, or add -V 5.",
    ),
    _Contradiction(
        lambda f: f.has("will.") and f.profile.will is None,
        "A will needs a topic.",
        "Add --will-topic TOPIC.",
    ),
)


def check(facts: Facts) -> None:
    """Refuse the first contradiction.

    Raises:
        UsageError: saying what contradicts what.
    """
    for contradiction in _CONTRADICTIONS:
        if contradiction.holds(facts):
            raise UsageError(contradiction.message, hint=contradiction.hint)
