"""Meters, whose counters are wider than a double."""

from collections.abc import Sequence
from dataclasses import replace

from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import JSON, TEXT, timestamp, to_json
from mqtt_tui.demo.site.signals import Signal, seeded


class Meter:
    """A meter: power every second, counters now and then.

    Args:
        publish: where its messages go.
        name: the level below ``energy/``.
        low: watts, usually the least.
        high: watts, usually the most.
        seed: equal seeds give equal messages.
    """

    def __init__(self, publish: Publish, name: str, low: float, high: float, seed: str) -> None:
        self._publish, self._root = publish, f"energy/{name}"
        self._watts = Signal(f"{seed}/{self._root}", low, high, period=60, decimals=0)
        self._random = seeded(f"{seed}/{self._root}/counter")
        self._milliwatt_seconds = 18_446_744_073_000_000_000 + self._random.randrange(10**8)

    def announce(self, now: float) -> None:
        """Publish the tariff, retained."""
        tariff = {"currency": "EUR", "per_kwh": 0.2871, "valid_from": timestamp(now)[:10]}
        self._publish(f"{self._root}/tariff", to_json(tariff), qos=1, retain=True, properties=JSON)

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return Feed(1.0, self._measure), Feed(5.0, self._count)

    def _measure(self, now: float) -> None:
        properties = replace(TEXT, user_properties=(("unit", "W"),))
        self._publish(f"{self._root}/power", f"{self._watts.at(now):.0f}".encode(), properties=properties)

    def _count(self, now: float) -> None:
        self._milliwatt_seconds += int(abs(self._watts.at(now)) * 5_000)
        counters = {
            "at": timestamp(now),
            "import_mws": self._milliwatt_seconds,
            "phases": {f"L{phase}": {"volts": round(self._random.uniform(228, 233), 1)} for phase in (1, 2, 3)},
        }
        self._publish(f"{self._root}/counters", to_json(counters), qos=1, properties=JSON)
