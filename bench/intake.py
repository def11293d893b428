"""Messages as fast as each client takes them, side by side: what one costs."""

import sys
from collections.abc import Mapping, Sequence
from statistics import median

from bench.clients import CLIENTS, OURS, Client, ClientFailed, Taken
from bench.result import Section, times, verdict
from bench.shapes import SHAPES, Shape

_ROUNDS = 3
_MOST = 1.9
"""How many times the cost of the bare loop ours may be, at shape a."""
_LEAST: Mapping[tuple[str, str], float] = {
    ("aiomqtt", "a"): 40,
    ("aiomqtt", "b"): 120,
    ("aiomqtt", "c"): 25,
    ("paho", "a"): 15,
    ("paho", "b"): 50,
    ("paho", "c"): 7,
    ("gmqtt", "a"): 4,
    ("gmqtt", "b"): 8,
    ("gmqtt", "c"): 6,
    ("mosquitto_sub", "a"): 5,
    ("mosquitto_sub", "b"): 5,
    ("mosquitto_sub", "c"): 3.5,
}
"""How many times ours each client's cost should be at least, by client and shape."""

_COLUMNS = ("shape", "client", "messages/s", "CPU s/million", "times ours", "goal", "")
_NOTE = (
    "A sender in C plays the broker and offers more than anybody takes. CPU seconds per million messages, user and "
    "system, from the first message to the last (mosquitto_sub: of its whole life). A round runs every client once; "
    f"medians of {_ROUNDS} rounds, ratios taken within a round. Shapes: "
    + "; ".join(f"{shape.name} = {shape.title}" for shape in SHAPES)
    + "."
)


def intake() -> Section:
    """The whole table."""
    rows = [row for shape in SHAPES for row in _rows(shape, rounds(shape))]
    absent = [f"{client.title} ({client.missing})" for client in CLIENTS.values() if client.missing]
    note = f"{_NOTE} Not installed: {', '.join(absent)}." if absent else _NOTE
    return Section("Intake", note, _COLUMNS, rows)


def rounds(
    shape: Shape, clients: Sequence[Client] = tuple(CLIENTS.values()), *, number: int = _ROUNDS, scale: float = 1.0
) -> dict[str, list[Taken | None]]:
    """What each client that can take ``shape`` took in each round; None where it failed.

    Args:
        shape: what is sent.
        clients: who takes it; those that are not installed are left out.
        number: of rounds.
        scale: multiplies how many messages are sent.
    """
    able = [client for client in clients if client.takes(shape) and not client.missing]
    taken: dict[str, list[Taken | None]] = {client.name: [] for client in able}
    for _ in range(number):
        for client in able:
            taken[client.name].append(_try(client, shape, scale))
    return taken


def _try(client: Client, shape: Shape, scale: float) -> Taken | None:
    smaller = 4 if shape.payload >= 1024 else 1
    try:
        return client.take(shape, max(1_000, int(client.count * scale / smaller)))
    except ClientFailed as error:
        print(f"shape {shape.name}: {error}", file=sys.stderr)
        return None


def ratio(theirs: Sequence[Taken | None], ours: Sequence[Taken | None]) -> float | None:
    """How many times our cost theirs is: the median over rounds in which both succeeded."""
    both = [their.cost / our.cost for their, our in zip(theirs, ours, strict=True) if their and our and our.cost]
    return median(both) if both else None


def _rows(shape: Shape, taken: Mapping[str, Sequence[Taken | None]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, all_rounds in taken.items():
        good = [one for one in all_rounds if one]
        if not good:
            rows.append((shape.name, CLIENTS[name].title, "failed", "", "", "", ""))
            continue
        rate, cost = median(one.rate for one in good), median(one.cost for one in good)
        judged = ("", "", "") if name == OURS else _judged(shape, name, ratio(all_rounds, taken[OURS]))
        rows.append((shape.name, CLIENTS[name].title, f"{rate:,.0f}", f"{cost:.3f}", *judged))
    return rows


def _judged(shape: Shape, name: str, found: float | None) -> tuple[str, str, str]:
    """The ratio, its goal and whether it was met."""
    if found is None:
        return "", "", ""
    if (name, shape.name) == ("bare_loop", "a"):
        more = 1 / found  # here the goal is one for ours
        return f"ours {more:.2f} × it", f"≤ {_MOST} ×", verdict(more, _MOST, is_missed=more > _MOST)
    least = _LEAST.get((name, shape.name))
    if least is None:
        return times(found), "", ""
    return times(found), f"≥ {least:g} ×", verdict(found, least, is_missed=found < least)
