"""Through a WebSocket: what a message costs, beside paho."""

import sys
from collections.abc import Sequence
from statistics import median

from bench.clients import OVER_WEBSOCKET, Client, ClientFailed, Running, Taken
from bench.intake import ratio
from bench.result import Section, times, verdict
from bench.shapes import A
from bench.websocket_sender import WebSocketSender

_ROUNDS = 3
_LEAST = 4.0
_COLUMNS = ("client", "messages/s", "CPU s/million", "times ours", "goal", "")
_NOTE = f"Shape a, a packet in each frame, from a sender of our own. Medians of {_ROUNDS} interleaved rounds."


def websocket() -> Section:
    """The table."""
    taken: list[list[Taken | None]] = [[] for _ in OVER_WEBSOCKET]
    for _ in range(_ROUNDS):
        for client, found in zip(OVER_WEBSOCKET, taken, strict=True):
            found.append(_try(client))
    rows = [_row(client, found, taken[0]) for client, found in zip(OVER_WEBSOCKET, taken, strict=True)]
    return Section("Through a WebSocket", _NOTE, _COLUMNS, rows)


def _try(client: Client) -> Taken | None:
    try:
        with WebSocketSender(A, client.count) as sender:
            return Running(client, sender.port, A, client.count).result()
    except ClientFailed as error:
        print(f"through a WebSocket: {error}", file=sys.stderr)
        return None


def _row(client: Client, taken: Sequence[Taken | None], ours: Sequence[Taken | None]) -> tuple[str, ...]:
    good = [one for one in taken if one]
    if not good:
        return client.title, "failed", "", "", "", ""
    figures = f"{median(one.rate for one in good):,.0f}", f"{median(one.cost for one in good):.2f}"
    found = None if taken is ours else ratio(taken, ours)
    judged = ("", "", "")
    if found is not None:
        judged = times(found), f"≥ {_LEAST:g} ×", verdict(found, _LEAST, is_missed=found < _LEAST)
    return client.title, *figures, *judged
