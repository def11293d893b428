"""A profile in words that anybody may see."""

from typing import Any

import msgspec

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import HEADERS, secrets_of, set_secret

_HIDDEN = "…"


def public_table(profile: BrokerProfile) -> dict[str, Any]:
    """``profile`` as its table of profiles.toml, with a mark in the place of stored secrets."""
    table: dict[str, Any] = msgspec.to_builtins(profile)
    for named in secrets_of(profile):
        if named.secret.value is not None:
            is_header = named.key.startswith(HEADERS)
            set_secret(table, named.key, _HIDDEN if is_header else {"value": _HIDDEN})
    endpoint = profile.endpoint
    if "?" in endpoint.path:
        table["url"] = f"{endpoint.public}?{_HIDDEN}"
    return {key: value for key, value in table.items() if value != {}}
