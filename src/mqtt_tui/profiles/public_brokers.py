"""Public brokers to try things out on. Everybody reads and writes there, so nothing begins with ``#``."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile

PLAYGROUND = "mqtt-tui/try/#"
"""What is subscribed to: little, and what one publishes below it comes back."""


@dataclass(frozen=True, slots=True)
class _Operator:
    name: str
    host: str
    ports: Mapping[str, int]
    """By scheme."""
    also: tuple[str, ...] = ()
    """Further topic filters that show life and are narrow."""


_OPERATORS = (
    _Operator("emqx", "broker.emqx.io", {"mqtt": 1883, "mqtts": 8883, "ws": 8083, "wss": 8084}),
    _Operator(
        "mosquitto",
        "test.mosquitto.org",
        {"mqtt": 1883, "mqtts": 8886, "ws": 8080, "wss": 8081},  # 8886: of the TLS ports the one of a known authority
        also=("$SYS/broker/version", "$SYS/broker/clients/#"),
    ),
    _Operator("hivemq", "broker.hivemq.com", {"mqtt": 1883, "mqtts": 8883, "ws": 8000, "wss": 8884}),
)


def _profiles(operator: _Operator) -> Mapping[str, BrokerProfile]:
    filters = (PLAYGROUND, *operator.also)
    return {
        operator.name if scheme == "mqtt" else f"{operator.name}-{scheme}": BrokerProfile(
            url=f"{scheme}://{operator.host}:{port}" + ("/mqtt" if scheme.startswith("ws") else ""),
            group="public",
            subscriptions=tuple(SubscriptionOptions(filter=one) for one in filters),
        )
        for scheme, port in operator.ports.items()
    }


PUBLIC_BROKERS: Mapping[str, BrokerProfile] = MappingProxyType(
    {name: profile for operator in _OPERATORS for name, profile in _profiles(operator).items()}
)
"""Ready profiles by the names under which they are saved."""
