"""What stands in the halls beside the machines."""

import math
from collections.abc import Sequence

import msgspec

from mqtt_tui.demo.site.binary_files import grey_png
from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import JSON, MESSAGE_PACK, PNG, TEXT, timestamp, to_json
from mqtt_tui.demo.site.signals import Signal, seeded

_PIXELS = 48


class Welder:
    """The noisy device: its arc voltage twenty times a second."""

    ROOT = "factory/hall-3/welder-01"

    def __init__(self, publish: Publish, seed: str) -> None:
        self._publish = publish
        self._volts = Signal(f"{seed}/{self.ROOT}", 17, 31, period=4, decimals=2)

    def announce(self, now: float) -> None:
        """Publish its configuration, retained."""
        config = {"process": "MAG", "wire_mm": 1.2, "gas": "Ar/CO₂ 82/18", "since": timestamp(now)}
        self._publish(f"{self.ROOT}/config", to_json(config), qos=1, retain=True, properties=JSON)

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (Feed(0.05, self._measure),)

    def _measure(self, now: float) -> None:
        self._publish(f"{self.ROOT}/arc-voltage", f"{self._volts.at(now):.2f}".encode(), properties=TEXT)


class Vehicle:
    """A driverless vehicle: where it is, in MessagePack."""

    def __init__(self, publish: Publish, root: str, seed: str) -> None:
        self._publish, self._root = publish, root
        self._random = seeded(f"{seed}/{root}")
        self._lap = self._random.uniform(40, 90)
        self._battery = Signal(f"{seed}/{root}/battery", 20, 98, period=900)

    def announce(self, now: float) -> None:
        """Nothing about it is retained."""

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (Feed(1.0, self._tell_position),)

    def _tell_position(self, now: float) -> None:
        angle = 2 * math.pi * now / self._lap
        position = {
            "at": int(now * 1000),
            "pose": {
                "x": round(40 * math.cos(angle), 2),
                "y": round(18 * math.sin(angle), 2),
                "heading": round(angle % 6.283, 3),
            },
            "battery": self._battery.at(now),
            "load": self._random.choice((None, "pallet-17", "pallet-42")),
        }
        self._publish(f"{self._root}/position", msgspec.msgpack.encode(position), properties=MESSAGE_PACK)


class Camera:
    """A camera over the line: a small picture every five seconds."""

    ROOT = "factory/hall-2/camera-01"

    def __init__(self, publish: Publish, seed: str) -> None:
        self._publish = publish
        self._random = seeded(f"{seed}/{self.ROOT}")

    def announce(self, now: float) -> None:
        """Nothing about it is retained."""

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (Feed(5.0, self._take_picture),)

    def _take_picture(self, _now: float) -> None:
        x, y, spread = self._random.randrange(_PIXELS), self._random.randrange(_PIXELS), self._random.uniform(3, 9)
        rows = [
            bytes(max(0, 255 - int(math.dist((x, y), (column, row)) * spread)) for column in range(_PIXELS))
            for row in range(_PIXELS)
        ]
        self._publish(f"{self.ROOT}/snapshot", grey_png(_PIXELS, rows), properties=PNG)
