"""The machines of the factory."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import cbor2

from mqtt_tui.demo.site.binary_files import firmware_image
from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import BINARY, CBOR, JSON, TEXT, timestamp, to_json
from mqtt_tui.demo.site.signals import Signal, seeded

_STATE_LIVES = 300  # seconds, as message expiry interval
_FASTEST = 60
_SAYINGS = (
    "INFO  Werkzeugwechsel abgeschlossen, Spannkraft 4,2 kN",
    "INFO  工具交換が完了しました 🔧",
    "INFO  lubrication cycle done, 12 ml",
    "WARN  Kühlmitteltemperatur 38 °C, Grenze 40 °C",
    "INFO  pièce n° 4711 → contrôle qualité ✓",
    "INFO  Смена программы: «корпус-7»",
)


class Machine:
    """A machine that works: state, measurements, log, and settings that can be changed by request.

    Args:
        publish: where its messages go.
        root: the topic above all of its topics.
        seed: equal seeds give equal messages.
    """

    def __init__(self, publish: Publish, root: str, seed: str) -> None:
        self.root = root
        self.name = root.rpartition("/")[2]
        self._publish = publish
        self._random = seeded(f"{seed}/{root}")
        self._celsius = Signal(f"{seed}/{root}/celsius", 58, 82, period=90)
        self._watts = Signal(f"{seed}/{root}/watts", 1_800, 4_600, period=45, decimals=0)
        self._millimetres_a_second = Signal(f"{seed}/{root}/vibration", 0.4, 4.1, period=20, decimals=3)
        self._parts = self._random.randrange(10_000, 900_000)
        self._speed = self._random.randrange(8, 25)
        self._is_running = True
        self._json = replace(
            JSON,
            message_expiry_interval=_STATE_LIVES,
            user_properties=(("source", self.name), ("source", "gateway-2"), ("schema", "machine-state/3")),
        )
        self._unit = {unit: replace(TEXT, user_properties=(("unit", unit),)) for unit in ("°C", "W", "pieces")}

    def announce(self, now: float) -> None:
        """Publish configuration, firmware and status, retained."""
        config = {
            "name": self.name,
            "serial": 9_007_199_254_740_993 + self._random.randrange(10**6),  # above 2**53: no double holds it
            "limits": {"celsius": 90.0, "mm_s": 4.5, "speed": _FASTEST},
            "network": {"vlan": 17, "ntp": ["10.0.0.1", "10.0.0.2"]},
            "maintenance": {"last": timestamp(now - 86_400 * 12.5)[:10], "interval_days": 90},
        }
        self._publish(f"{self.root}/config", to_json(config), qos=1, retain=True, properties=JSON)
        version = (2, self._random.randrange(10), self._random.randrange(10))
        image = firmware_image(version, self._random.randbytes(480))
        self._publish(f"{self.root}/firmware", image, qos=1, retain=True, properties=BINARY)
        self._say_status("online")

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (
            Feed(2.0, self._tell_state),
            Feed(0.5, self._measure_temperature),
            Feed(1.0, self._measure_power),
            Feed(1.0, self._measure_vibration),
            Feed(2.0, self._count),
            Feed(8.0, self._log),
        )

    def set(self, payload: bytes, now: float) -> dict[str, object]:
        """Change settings as asked; the answer says what came of it."""
        try:
            wish = json.loads(payload)
            speed = int(wish["speed"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return {"ok": False, "error": 'expected JSON like {"speed": 12}'}
        if not 0 <= speed <= _FASTEST:
            return {"ok": False, "error": f"speed goes from 0 to {_FASTEST}", "speed": self._speed}
        self._speed, self._is_running = speed, speed > 0
        self._tell_state(now)
        return {"ok": True, "machine": self.name, "applied": {"speed": speed}, "at": timestamp(now)}

    def _tell_state(self, now: float) -> None:
        state = {
            "state": "running" if self._is_running else "stopped",
            "since": timestamp(now - now % 600),
            "at": timestamp(now),
            "celsius": self._celsius.at(now),
            "speed": self._speed,
            "job": {
                "id": f"J-{int(now) // 600 % 10_000:04d}",
                "part": "housing-7",
                "progress": round(now % 600 / 6, 1),
            },
            "axes": [{"name": axis, "mm": round(self._random.uniform(-120, 120), 2)} for axis in "xyz"],
            "alarms": [],
        }
        self._publish(f"{self.root}/state", to_json(state), qos=1, properties=self._json)

    def _measure_temperature(self, now: float) -> None:
        value = f"{self._celsius.at(now):.1f}".encode()
        self._publish(f"{self.root}/temperature", value, properties=self._unit["°C"])

    def _measure_power(self, now: float) -> None:
        watts = self._watts.at(now) if self._is_running else 85
        self._publish(f"{self.root}/power", f"{watts:.0f}".encode(), properties=self._unit["W"])

    def _measure_vibration(self, now: float) -> None:
        rms = self._millimetres_a_second.at(now)
        spectrum = [round(rms * self._random.uniform(0.1, 1.0), 3) for _ in range(8)]
        measured = {"at": int(now * 1000), "rms": rms, "peak": round(rms * 1.6, 3), "spectrum": spectrum}
        self._publish(f"{self.root}/vibration", cbor2.dumps(measured), properties=CBOR)

    def _count(self, _now: float) -> None:
        self._parts += self._speed // 4 if self._is_running else 0
        self._publish(f"{self.root}/parts", str(self._parts).encode(), properties=self._unit["pieces"])

    def _log(self, now: float) -> None:
        self._say(now, self._random.choice(_SAYINGS))

    def _say(self, now: float, text: str) -> None:
        self._publish(f"{self.root}/log", f"{timestamp(now)} {text}".encode(), properties=TEXT)

    def _say_status(self, status: str) -> None:
        self._publish(f"{self.root}/status", status.encode(), qos=1, retain=True, properties=TEXT)


class FailingMachine(Machine):
    """A machine that works, overheats, falls silent and comes back, again and again."""

    _WORKS, _OVERHEATS, _IS_SILENT = 15.0, 25.0, 20.0  # seconds of each

    def __init__(self, publish: Publish, root: str, seed: str) -> None:
        super().__init__(publish, root, seed)
        self._is_silent = False
        self._began_at: float | None = None

    def feeds(self) -> Sequence[Feed]:
        """What it does, while it can."""
        usual = [Feed(feed.period, self._unless_silent(feed)) for feed in super().feeds()]
        return (*usual, Feed(2.5, self._live))

    def _unless_silent(self, feed: Feed) -> Callable[[float], None]:
        def act(now: float) -> None:
            if not self._is_silent:
                feed.action(now)

        return act

    def _live(self, now: float) -> None:
        if self._began_at is None:
            self._began_at = now
        at = (now - self._began_at) % (self._WORKS + self._OVERHEATS + self._IS_SILENT)
        is_silent = at >= self._WORKS + self._OVERHEATS
        if is_silent != self._is_silent:
            self._is_silent = is_silent
            self._say_status("offline" if is_silent else "online")
        if at >= self._WORKS and not is_silent:
            self._report(now)

    def _report(self, now: float) -> None:
        self._say(now, "ERROR E4711 Überhitzung der Spindel ⚠ shutting down soon")
        error = {
            "code": "E4711",
            "severity": "critical",
            "text": "spindle overheated",
            "at": timestamp(now),
            "measured": {"celsius": round(96 + self._random.uniform(0, 8), 1), "limit": 90.0},
        }
        properties = replace(JSON, user_properties=(("severity", "critical"), ("source", self.name)))
        self._publish(f"{self.root}/error", to_json(error), qos=2, properties=properties)
