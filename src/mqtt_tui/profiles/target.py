"""Which broker is meant."""

from dataclasses import dataclass

from mqtt_tui.profiles.profile import BrokerProfile


@dataclass(frozen=True, slots=True)
class Target:
    """A broker that somebody named: a saved profile, or a URL."""

    name: str
    """The profile's name; for a URL the host, as shown in the header."""
    profile: BrokerProfile
    is_saved: bool = False
