"""The site: all devices, and when each of them acts."""

import asyncio
import heapq
import time
from collections.abc import Callable

from mqtt_tui.demo.site.building import Room
from mqtt_tui.demo.site.device import Device, Feed, Publish
from mqtt_tui.demo.site.edge_node import EdgeNode
from mqtt_tui.demo.site.energy import Meter
from mqtt_tui.demo.site.hall import Camera, Vehicle, Welder
from mqtt_tui.demo.site.machine import FailingMachine, Machine
from mqtt_tui.demo.site.payloads import JSON, to_json
from mqtt_tui.demo.site.planner import Planner
from mqtt_tui.demo.site.signals import seeded
from mqtt_tui.errors import UsageError
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.topic import TopicName

MACHINES = 12
"""As many as there are unless told otherwise."""
MOST_MACHINES = 2_000
FASTEST = 1_000.0
REQUESTS = "factory/+/+/set"
"""Where machines take requests."""
_KINDS = ("mill", "press", "robot")  # in hall 1, 2, 3
_MACHINES_A_ROW = 4
_FAILING = 8
_METERS = (("grid", -4_000, 52_000), ("solar", 0, 30_000), ("battery", -10_000, 10_000), ("compressor", 2_000, 9_000))
_ACTIONS_A_STEP = 100  # a few milliseconds
_TURN = 0.02  # seconds between steps
_HOPELESS = 1.0  # seconds behind, from which on what was missed stays missed


class Site:
    """A factory, its building and its meters; some 90 messages a second about 220 topics.

    The same seed, times and requests give the same messages. One device is noisy, one fails again and again.

    Args:
        publish: where the messages go.
        seed: of all that is random.
        devices: number of machines.
        rate: factor on the number of messages a second.

    Raises:
        UsageError: ``devices`` or ``rate`` out of range.
    """

    def __init__(self, publish: Publish, *, seed: int = 1, devices: int = MACHINES, rate: float = 1.0) -> None:
        if not 1 <= devices <= MOST_MACHINES:
            raise UsageError(f"The demo has 1 to {MOST_MACHINES:,} machines, not {devices:,}.")
        if not 0 < rate <= FASTEST:
            raise UsageError(f"The demo's rate goes up to {FASTEST:,.0f} and is more than 0; {rate} is not.")
        self._publish, self._rate = publish, rate
        self._random = seeded(f"{seed}/schedule")
        name = str(seed)
        self._machines = {root: _machine(publish, number, root, name) for number, root in _roots(devices)}
        self._devices: list[Device] = [
            Welder(publish, name),
            *self._machines.values(),
            Camera(publish, name),
            *(Vehicle(publish, f"factory/logistics/agv-{number}", name) for number in (1, 2)),
            *(Room(publish, floor, 100 * floor + n, name) for floor in (1, 2, 3) for n in range(1, 7)),
            *(Meter(publish, meter, low, high, name) for meter, low, high in _METERS),
            EdgeNode(publish, "edge-1", name),
            Planner(publish, tuple(self._machines), name),
        ]
        self._due: list[tuple[float, int, Feed]] = []
        """When each feed is due, as a heap; the number decides between equals."""

    def start_state(self, now: float) -> None:
        """Publish what is retained. ``now``: seconds since the epoch, as in ``step``."""
        for device in self._devices:
            device.announce(now)
        feeds = [feed for device in self._devices for feed in device.feeds()]
        self._due = [
            (now + self._random.random() * feed.period / self._rate, number, feed) for number, feed in enumerate(feeds)
        ]
        heapq.heapify(self._due)

    def step(self, now: float) -> bool:
        """Publish what is due; whether all of it was, or the rest waits for the next step."""
        for _ in range(_ACTIONS_A_STEP):
            due, number, feed = self._due[0]
            if due > now:
                return True
            feed.action(now)
            last = due if now - due < _HOPELESS else now
            pause = feed.period * self._random.uniform(0.9, 1.1) / self._rate
            heapq.heapreplace(self._due, (last + pause, number, feed))
        return False

    async def run(self, clock: Callable[[], float] = time.time) -> None:
        """Live until cancelled. ``clock``: seconds since the epoch."""
        self.start_state(clock())
        while True:
            is_done = self.step(clock())
            await asyncio.sleep(_TURN if is_done else 0)

    def answer(self, topic_name: str, payload: bytes, properties: PublishProperties, now: float) -> None:
        """Do what a message at ``REQUESTS`` asks for and answer at its response topic, if it has one."""
        machine = self._machines.get(topic_name.removesuffix("/set"))
        answer = machine.set(payload, now) if machine else {"ok": False, "error": "there is no such machine"}
        if properties.response_topic is None:
            return
        try:
            response_topic = TopicName(properties.response_topic)
        except UsageError:
            return  # nobody could hear the answer
        about = PublishProperties(
            payload_format_indicator=JSON.payload_format_indicator,
            content_type=JSON.content_type,
            correlation_data=properties.correlation_data,
            user_properties=(("source", machine.name if machine else "site"),),
        )
        self._publish(response_topic, to_json(answer), qos=1, properties=about)


def _roots(devices: int) -> list[tuple[int, str]]:
    """The machines' numbers and topics: mill-01 to 04 in hall 1, press-05 to 08 in hall 2, and so on."""
    roots = []
    for number in range(1, devices + 1):
        hall = (number - 1) // _MACHINES_A_ROW % len(_KINDS)
        roots.append((number, f"factory/hall-{hall + 1}/{_KINDS[hall]}-{number:02d}"))
    return roots


def _machine(publish: Publish, number: int, root: str, seed: str) -> Machine:
    return (FailingMachine if number == _FAILING else Machine)(publish, root, seed)
