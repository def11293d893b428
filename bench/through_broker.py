"""Through a real mosquitto: how much of a burst arrives, and what a steady stream costs."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from bench.blaster import AS_FAST_AS_POSSIBLE, publish
from bench.broker import PROGRAM, Broker
from bench.clients import CLIENTS, OURS, Client, ClientFailed, Running, Taken
from bench.intake import ratio
from bench.process import ends
from bench.result import Section, times, verdict
from bench.shapes import A

_BURST, _RATE, _PACED = 200_000, 20_000, 60_000
_ROUNDS = 3
_LEAST = 2.0
"""How many times our cost mosquitto_sub's should be, paced."""
_CLIENTS = tuple(CLIENTS[name] for name in (OURS, "mosquitto_sub", "gmqtt", "paho", "aiomqtt"))
_COLUMNS = ("through mosquitto", "client", "delivered", "CPU s/million", "times ours", "goal", "")
_NOTE = (
    f"mosquitto drops QoS 0 messages for a subscriber that lags. Burst: {_BURST:,} messages of shape a as fast as they "
    f"can be published, while publisher and broker share the machine. Paced: {_PACED:,} at {_RATE:,} a second. Medians "
    f"of {_ROUNDS} interleaved rounds; the least that was delivered."
)


def through_broker() -> Section:
    """Both tables in one."""
    if PROGRAM is None:
        return Section("Through a broker", "mosquitto is not installed.", _COLUMNS, [])
    able = [client for client in _CLIENTS if not client.missing]
    burst = _rounds(able, _BURST, AS_FAST_AS_POSSIBLE)
    paced = _rounds(able, _PACED, _RATE)
    rows = [_row(f"burst of {_BURST:,}", client, _BURST, burst) for client in able]
    rows += [_row(f"{_RATE:,} a second", client, _PACED, paced) for client in able]
    return Section("Through a broker", _NOTE, _COLUMNS, rows)


def _rounds(clients: Sequence[Client], count: int, rate: float) -> dict[str, list[Taken | None]]:
    taken: dict[str, list[Taken | None]] = {client.name: [] for client in clients}
    for _ in range(_ROUNDS):
        for client in clients:
            try:
                taken[client.name].append(deliver(client, count, rate))
            except ClientFailed as error:
                print(f"through mosquitto: {error}", file=sys.stderr)
                taken[client.name].append(None)
    return taken


def deliver(client: Client, count: int, rate: float) -> Taken:
    """What ``client`` takes of messages that are published to mosquitto at ``rate`` a second.

    Raises:
        ClientFailed: it told nothing.
    """
    with Broker() as broker, tempfile.TemporaryFile() as printed:
        output = printed.fileno() if rate < 0 else subprocess.DEVNULL  # nothing of a steady stream is lost
        running = Running(client, broker.port, A, count, output=output)
        broker.wait_subscribed()
        time.sleep(0.2)  # it may still be busy with the SUBACK
        publish(broker.port, A, count, rate)
        has_all = ends(running.process.pid, 20.0)
        if not has_all:
            running.process.terminate()  # something was lost; each tells what it has
        taken = running.result()
        if running.tells or has_all:
            return taken
        printed.seek(0)
        return Taken(sum(1 for _ in printed), 0.0, taken.cpu_seconds)


def _row(case: str, client: Client, count: int, taken: dict[str, list[Taken | None]]) -> tuple[str, ...]:
    good = [one for one in taken[client.name] if one]
    if not good:
        return case, client.title, "failed", "", "", "", ""
    share = min(one.messages for one in good) / count
    cost = f"{median(one.cost for one in good):.2f}"
    shown = "100 %" if share == 1 else f"{share:.1%}".replace("%", " %")
    if client.name == OURS:
        return case, client.title, shown, cost, "", "100 % delivered", verdict(share, 1, is_missed=share < 1)
    found = ratio(taken[client.name], taken[OURS])
    judged = ("", "")
    if found is not None and client.name == "mosquitto_sub" and count == _PACED:
        judged = f"≥ {_LEAST:g} ×", verdict(found, _LEAST, is_missed=found < _LEAST)
    title = client.title.removesuffix(" to /dev/null")
    return case, title, shown, cost, times(found) if found is not None else "", *judged
