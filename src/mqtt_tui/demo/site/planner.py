"""The production planner, which asks machines to change their settings (request/response, MQTT 5.0, 4.10)."""

from collections.abc import Sequence
from dataclasses import replace

from mqtt_tui.demo.site.device import Feed, Publish
from mqtt_tui.demo.site.payloads import JSON, to_json
from mqtt_tui.demo.site.signals import seeded

RESPONSE_TOPIC = "planner/replies"


class Planner:
    """Sends a request now and then; the machine's answer comes back at ``RESPONSE_TOPIC``."""

    def __init__(self, publish: Publish, machines: Sequence[str], seed: str) -> None:
        self._publish, self._machines = publish, machines
        self._random = seeded(f"{seed}/planner")

    def announce(self, now: float) -> None:
        """Nothing about it is retained."""

    def feeds(self) -> Sequence[Feed]:
        """What it does."""
        return (Feed(7.0, self._ask),)

    def _ask(self, _now: float) -> None:
        properties = replace(
            JSON,
            message_expiry_interval=30,
            response_topic=RESPONSE_TOPIC,
            correlation_data=self._random.randbytes(8),
            user_properties=(("source", "planner"), ("reason", "schedule")),
        )
        topic = f"{self._random.choice(self._machines)}/set"
        self._publish(topic, to_json({"speed": self._random.randrange(6, 30)}), qos=1, properties=properties)
