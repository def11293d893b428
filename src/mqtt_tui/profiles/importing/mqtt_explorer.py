"""MQTT Explorer's ``settings.json``."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mqtt_tui.profiles.importing.draft import Draft, Found
from mqtt_tui.profiles.importing.json_values import flag, number, table, tables, text
from mqtt_tui.profiles.url import Scheme

CONNECTIONS = "ConnectionManager_connections"
_RANDOM_ID = re.compile("mqtt-explorer-[0-9a-f]{8}")
_FILES = {
    "selfSignedCertificate": "tls.ca_file",
    "clientCertificate": "tls.certificate_file",
    "clientKey": "tls.key_file",
}


def read(document: Mapping[str, Any]) -> Iterator[Found]:
    """The connections of a parsed file."""
    for one in table(document.get(CONNECTIONS)).values():
        if isinstance(one, dict) and one.get("type", "mqtt") == "mqtt":
            yield _draft(one).finish()


def _draft(one: Mapping[str, Any]) -> Draft:
    draft = Draft(text(one, "name") or text(one, "host") or "")
    is_secure, is_websocket = bool(flag(one, "encryption")), one.get("protocol") == "ws"
    scheme = {
        (False, False): Scheme.TCP,
        (True, False): Scheme.TLS,
        (False, True): Scheme.WEBSOCKET,
        (True, True): Scheme.SECURE_WEBSOCKET,
    }[is_secure, is_websocket]
    draft.put_address(scheme, text(one, "host"), text(one, "port"), text(one, "basePath"))
    draft.put("username", text(one, "username"))
    draft.put_secret("password", text(one, "password"))
    client_id = text(one, "clientId") or ""
    draft.put("client_id", "" if _RANDOM_ID.fullmatch(client_id) else client_id)
    if flag(one, "certValidation") is False and is_secure:
        draft.values["tls.verify"] = False
        draft.notes.append("TLS: the broker is not verified, as it was there")
    for key, own in _FILES.items():
        _take_file(draft, own, table(one.get(key)))
    draft.put("subscriptions", list(_subscriptions(one.get("subscriptions"))))
    return draft


def _take_file(draft: Draft, key: str, given: Mapping[str, Any]) -> None:
    data = given.get("data")
    if not isinstance(data, str) or not data:
        return
    try:
        draft.files[key] = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        draft.notes.append(f"{key}: the certificate in the file cannot be read; left out")


def _subscriptions(given: object) -> Iterator[dict[str, object]]:
    for one in given if isinstance(given, list) else ():
        if isinstance(one, str):
            yield {"filter": one}
    for of_now in tables(given):
        yield {"filter": text(of_now, "topic") or "", "qos": number(of_now, "qos") or 0}
