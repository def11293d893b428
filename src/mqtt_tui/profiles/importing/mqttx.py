"""MQTTX's exports: a list of connections in JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mqtt_tui.profiles.importing.draft import Draft, Found
from mqtt_tui.profiles.importing.json_values import flag, number, pairs, table, tables, text
from mqtt_tui.profiles.url import Scheme

_SCHEMES = {"mqtt": Scheme.TCP, "mqtts": Scheme.TLS, "ws": Scheme.WEBSOCKET, "wss": Scheme.SECURE_WEBSOCKET}
_VERSIONS = {"3.1": "3.1", "3.1.1": "3.1.1", "5.0": "5", "5": "5"}
_PROPERTIES = {
    "sessionExpiryInterval": "session_expiry_interval",
    "receiveMaximum": "receive_maximum",
    "maximumPacketSize": "maximum_packet_size",
    "topicAliasMaximum": "topic_alias_maximum",
}
_WILL_PROPERTIES = {
    "willDelayInterval": "will.delay_interval",
    "messageExpiryInterval": "will.message_expiry_interval",
}
_WILL_TEXTS = {
    "contentType": "will.content_type",
    "responseTopic": "will.response_topic",
    "correlationData": "will.correlation_data",
}
_FILES = {"ca": "tls.ca_file", "cert": "tls.certificate_file", "key": "tls.key_file"}


def is_connection(value: object) -> bool:
    """Whether ``value`` looks like one connection of an export."""
    return isinstance(value, dict) and "host" in value and "clientId" in value


def read(connections: list[Any]) -> Iterator[Found]:
    """The connections of a parsed export."""
    for one in connections:
        if is_connection(one):
            yield _draft(one).finish()


def _draft(one: Mapping[str, Any]) -> Draft:
    draft = Draft(text(one, "name") or text(one, "host") or "")
    scheme = _SCHEMES.get(str(one.get("protocol") or ("mqtts" if flag(one, "ssl") else "mqtt")), Scheme.TCP)
    draft.put_address(scheme, text(one, "host"), text(one, "port"), text(one, "path"))
    draft.put("username", text(one, "username"))
    draft.put_secret("password", text(one, "password"))
    draft.put("client_id", text(one, "clientId"))
    draft.put("group", text(one, "group"))
    if flag(one, "clientIdWithTime"):
        draft.note_missing("a time stamp in the client id")
    draft.put("protocol", _VERSIONS.get(str(one.get("mqttVersion"))))
    draft.put("clean_start", flag(one, "clean"))
    draft.put("keep_alive", number(one, "keepalive"))
    draft.put("connect_timeout", number(one, "connectTimeout"))
    if scheme.is_secure:
        _take_tls(draft, one)
    _take_properties(draft, table(one.get("properties")))
    _take_will(draft, table(one.get("will")))
    listed = list(tables(one.get("subscriptions")))
    if listed:  # though all are disabled: the default would be everything
        draft.values["subscriptions"] = list(_subscriptions(listed))
    if any(flag(each, "disabled") for each in listed):
        draft.notes.append("subscriptions that were disabled there are left out")
    if one.get("messages"):
        draft.notes.append("its messages are left out: they are kept there as displayed, not as they came")
    return draft


def _take_tls(draft: Draft, one: Mapping[str, Any]) -> None:
    if flag(one, "rejectUnauthorized") is False:
        draft.values["tls.verify"] = False
        draft.notes.append("TLS: the broker is not verified, as it was there")
    if one.get("certType") == "self":
        for key, own in _FILES.items():
            draft.put(own, text(one, key))
    alpn = (text(one, "ALPNProtocols") or "").strip("[] ")
    draft.put("tls.alpn", [part.strip(" \"'") for part in alpn.split(",") if part.strip(" \"'")])


def _take_properties(draft: Draft, given: Mapping[str, Any]) -> None:
    for key, own in _PROPERTIES.items():
        draft.put(own, number(given, key))
    draft.put("request_response_information", flag(given, "requestResponseInformation"))
    draft.put("request_problem_information", flag(given, "requestProblemInformation"))
    draft.put("user_properties", pairs(given.get("userProperties")))
    draft.put("authentication_method", text(given, "authenticationMethod"))
    data = table(given.get("authenticationData")).get("data")
    if isinstance(data, list) and "authentication_method" in draft.values:
        try:
            draft.put_secret("authentication_data", bytes(data).decode())
        except (ValueError, TypeError):
            draft.notes.append("authentication_data: is no text; left out")


def _take_will(draft: Draft, given: Mapping[str, Any]) -> None:
    topic = text(given, "lastWillTopic")
    if not topic:
        return
    draft.put("will.topic", topic)
    draft.put("will.payload", text(given, "lastWillPayload"))
    draft.put("will.qos", number(given, "lastWillQos"))
    draft.put("will.retain", flag(given, "lastWillRetain"))
    properties = table(given.get("properties"))
    for key, own in _WILL_PROPERTIES.items():
        draft.put(own, number(properties, key))
    for key, own in _WILL_TEXTS.items():
        draft.put(own, text(properties, key))
    indicator = flag(properties, "payloadFormatIndicator")
    draft.put("will.payload_format_indicator", None if indicator is None else int(indicator))
    draft.put("will.user_properties", pairs(properties.get("userProperties")))


def _subscriptions(given: object) -> Iterator[dict[str, object]]:
    for one in tables(given):
        if flag(one, "disabled"):
            continue
        options = {
            "filter": text(one, "topic") or "",
            "qos": number(one, "qos"),
            "no_local": flag(one, "nl"),
            "retain_as_published": flag(one, "rap"),
            "retain_handling": number(one, "rh"),
            "identifier": number(one, "subscriptionIdentifier"),
            "alias": text(one, "alias") or None,
            "user_properties": pairs(parsed(one.get("userProperties"))) or None,
        }
        yield {key: value for key, value in options.items() if value is not None}


def parsed(value: object) -> object:
    """User properties of a subscription are JSON inside a text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
