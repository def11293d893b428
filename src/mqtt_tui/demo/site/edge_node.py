"""A Sparkplug B edge node with two devices (Sparkplug 3.0, chapter 6)."""

from collections.abc import Sequence

from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import SPARKPLUG
from mqtt_tui.demo.site.signals import Signal
from mqtt_tui.demo.site.sparkplug import DataType, Metric, write_payload

_DEVICES = ("line-1", "line-2")
_REBIRTH = 60.0  # seconds; by the book only on request, but a demo is often joined late


class EdgeNode:
    """Births with names and aliases, then data with aliases only."""

    def __init__(self, publish: Publish, name: str, seed: str) -> None:
        self._publish, self._name = publish, name
        self._sequence = 0
        self._litres = {
            device: Signal(f"{seed}/{name}/{device}", 80, 140, period=30, decimals=2) for device in _DEVICES
        }
        self._pieces = 4_294_967_296

    def announce(self, now: float) -> None:
        """Publish the birth certificates, which are never retained."""
        self._sequence = 0
        node = [
            Metric("bdSeq", None, DataType.UINT64, 0),
            Metric("Node Control/Rebirth", None, DataType.BOOLEAN, False),
            Metric("Properties/Hardware", None, DataType.STRING, "gateway rev. C"),
        ]
        self._send("NBIRTH", None, node, now)
        for device in _DEVICES:
            self._send("DBIRTH", device, self._metrics(device, now, is_birth=True), now)

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return Feed(_REBIRTH, self.announce), Feed(2.0, self._tell)

    def _tell(self, now: float) -> None:
        self._pieces += 3
        for device in _DEVICES:
            self._send("DDATA", device, self._metrics(device, now, is_birth=False), now)

    def _metrics(self, device: str, now: float, *, is_birth: bool) -> list[Metric]:
        litres = self._litres[device].at(now)
        values: tuple[tuple[str, DataType, float | bool], ...] = (
            ("Flow/Litres", DataType.DOUBLE, litres),
            ("Flow/Valve open", DataType.BOOLEAN, litres > 90),
            ("Pieces", DataType.UINT64, self._pieces),
            ("Offset", DataType.INT32, int(litres) - 120),
            ("Pressure", DataType.FLOAT, 2.0 + litres / 100),
        )
        return [
            Metric(name if is_birth else None, alias, data_type, value)
            for alias, (name, data_type, value) in enumerate(values, 1)
        ]

    def _send(self, kind: str, device: str | None, metrics: list[Metric], now: float) -> None:
        topic = f"spBv1.0/factory/{kind}/{self._name}" + (f"/{device}" if device else "")
        payload = write_payload(metrics, timestamp=int(now * 1000), sequence=self._sequence)
        self._sequence = (self._sequence + 1) % 256
        self._publish(topic, payload, properties=SPARKPLUG)
