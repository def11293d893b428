"""The office building: rooms, announced to Home Assistant."""

from collections.abc import Sequence
from dataclasses import replace

from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import JSON, TEXT, timestamp, to_json
from mqtt_tui.demo.site.signals import Signal, seeded

_EVENTS = ("Tür geöffnet", "Tür geschlossen", "Bewegung erkannt 🚶", "窓が開いています", "Präsenz: 3 Personen")


class Room:
    """A room with its sensors.

    Args:
        publish: where its messages go.
        floor: its floor's number.
        number: its own, such as 301.
        seed: equal seeds give equal messages.
    """

    def __init__(self, publish: Publish, floor: int, number: int, seed: str) -> None:
        self._publish = publish
        self._root = f"building/floor-{floor}/room-{number}"
        self._identifier = f"floor-{floor}-room-{number}"
        self._random = seeded(f"{seed}/{self._root}")
        self._celsius = Signal(f"{seed}/{self._root}/temperature", 19.5, 24.5, period=600)
        self._humidity = Signal(f"{seed}/{self._root}/humidity", 32, 58, period=900, decimals=0)
        self._co2 = Signal(f"{seed}/{self._root}/co2", 420, 1_250, period=300, decimals=0)

    def announce(self, now: float) -> None:
        """Publish the light's state and the discovery message, retained."""
        light = {
            "on": self._random.random() < 0.6,
            "brightness": self._random.randrange(10, 100),
            "since": timestamp(now),
        }
        self._publish(f"{self._root}/light", to_json(light), qos=1, retain=True, properties=JSON)
        discovery = {
            "name": f"Temperature {self._identifier}",
            "unique_id": f"{self._identifier}-temperature",
            "state_topic": f"{self._root}/temperature",
            "device_class": "temperature",
            "unit_of_measurement": "°C",
            "device": {
                "identifiers": [self._identifier],
                "manufacturer": "Example",
                "model": "RS-4",
                "sw_version": "1.8.2",
            },
        }
        topic = f"homeassistant/sensor/{self._identifier}-temperature/config"
        self._publish(topic, to_json(discovery), qos=1, retain=True, properties=JSON)

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (
            Feed(6.0, self._measure),
            Feed(10.0, self._measure_air),
            Feed(30.0, self._report),
        )

    def _measure(self, now: float) -> None:
        properties = replace(TEXT, user_properties=(("unit", "°C"),))
        self._publish(f"{self._root}/temperature", f"{self._celsius.at(now):.1f}".encode(), properties=properties)

    def _measure_air(self, now: float) -> None:
        air = {"co2_ppm": int(self._co2.at(now)), "humidity": int(self._humidity.at(now)), "at": timestamp(now)}
        self._publish(f"{self._root}/air", to_json(air), properties=JSON)

    def _report(self, now: float) -> None:
        event = f"{timestamp(now)} {self._random.choice(_EVENTS)}"
        self._publish(f"{self._root}/events", event.encode(), properties=TEXT)
