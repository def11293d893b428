"""A profile in words that anybody may see."""

from typing import Any

import msgspec

from mqtt_tui.profiles.profile import BrokerProfile

_HIDDEN = "…"


def public_table(profile: BrokerProfile) -> dict[str, Any]:
    """``profile`` as its table of profiles.toml, with a mark in the place of stored secrets."""
    table: dict[str, Any] = msgspec.to_builtins(profile)
    for secret in (table.get("password", {}), table.get("tls", {}).get("key_password", {})):
        if "value" in secret:
            secret["value"] = _HIDDEN
    endpoint = profile.endpoint
    if "?" in endpoint.path:
        table["url"] = f"{endpoint.public}?{_HIDDEN}"
    headers = table.get("websocket", {}).get("headers", {})
    headers.update(dict.fromkeys(headers, _HIDDEN))
    return {key: value for key, value in table.items() if value != {}}
