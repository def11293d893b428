"""MQTTX's own store, a SQLite file, which also knows the groups."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mqtt_tui.profiles.importing import mqttx
from mqtt_tui.profiles.importing.draft import Found
from mqtt_tui.profiles.importing.json_values import table

MAGIC = b"SQLite format 3\0"
_TABLES = ("ConnectionEntity", "WillEntity", "SubscriptionEntity", "CollectionEntity")
_MOST_ROWS = 10_000
_MOST_SUBSCRIPTIONS = 1_000  # of one connection
_MOST_STEPS = 2_000  # of ten thousand operations each: some seconds
_LONGEST = 1 << 20  # bytes of a value
_CONNECT_PROPERTIES = (
    "sessionExpiryInterval",
    "receiveMaximum",
    "maximumPacketSize",
    "topicAliasMaximum",
    "requestResponseInformation",
    "requestProblemInformation",
    "userProperties",
    "authenticationMethod",
)
_WILL_PROPERTIES = (
    "willDelayInterval",
    "payloadFormatIndicator",
    "messageExpiryInterval",
    "contentType",
    "responseTopic",
    "correlationData",
    "userProperties",
)


class UnreadableStore(Exception):
    """SQLite refuses the file, or it asks for more work than an honest one."""


def read(file: Path) -> Iterator[Found]:
    """The connections in ``file``, which is not written to and not locked.

    Views and triggers mean nothing here: only plain tables are read, and SQLite may do nothing else.

    Raises:
        UnreadableStore: saying why.
    """
    try:
        rows = _rows(file)
    except sqlite3.Error as error:
        raise UnreadableStore(str(error)) from None
    groups = {str(one.get("id")): one.get("name") for one in rows["CollectionEntity"]}
    wills = {str(one.get("id")): one for one in rows["WillEntity"]}
    subscriptions = defaultdict[str, list[dict[str, Any]]](list)
    for one in rows["SubscriptionEntity"]:
        subscriptions[str(_named(one, "connectionId"))].append(one)
    connections = []
    for one in {str(row.get("id")): row for row in rows["ConnectionEntity"]}.values():  # one may stand there often
        number = str(one.get("id"))
        will = wills.get(str(_named(one, "willId")), {})
        connections.append(
            dict(one)
            | {"clientId": _named(one, "clientId"), "group": groups.get(str(_named(one, "parentId")))}
            | {"properties": {key: _decoded(_named(one, key)) for key in _CONNECT_PROPERTIES}}
            | {"will": dict(will) | {"properties": {key: _decoded(_named(will, key)) for key in _WILL_PROPERTIES}}}
            | {"subscriptions": subscriptions[number][:_MOST_SUBSCRIPTIONS], "messages": None}
        )
    return mqttx.read(connections)


def _rows(file: Path) -> dict[str, list[dict[str, Any]]]:
    store = sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
    try:
        store.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        store.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 10_000)
        store.set_authorizer(_allow)
        steps = iter(range(_MOST_STEPS))
        store.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        store.text_factory = lambda data: data.decode("utf-8", "replace")
        store.row_factory = sqlite3.Row
        there = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {name: _of_table(store, name) if name in there else [] for name in _TABLES}
    finally:
        store.close()


def _of_table(store: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    cursor = store.execute(f'SELECT * FROM "{name}" LIMIT {_MOST_ROWS}')  # noqa: S608  a name of ours
    return [dict(row) for row in cursor]


def _allow(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY


def _named(row: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401  whatever stands there
    """The value of a column, written ``clientId`` or ``client_id``."""
    wanted = key.lower()
    return next((value for name, value in row.items() if name.replace("_", "").lower() == wanted), None)


def _decoded(value: object) -> object:
    """Objects stand in the store as JSON in a text."""
    if isinstance(value, str) and value.startswith("{"):
        return table(mqttx.parsed(value))
    return value
