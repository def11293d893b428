"""What the command line hands to the screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mqtt_tui.config.settings import Settings
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.target import Target

if TYPE_CHECKING:
    from mqtt_tui.connection.transport import OpenTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """The built-in broker and site, served while the screen is open."""

    port: int = 0
    """0: any free one."""
    rate: float = 1.0
    """How much faster than real the site lives."""
    devices: int | None = None
    """Machines of the site; None is its own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Everything that the screen needs to begin."""

    repository: ProfileRepository
    settings: Settings
    problems: Sequence[str] = ()
    """What was wrong in the user's files; told once the screen stands."""
    targets: Sequence[Target] = ()
    """Connect to these at once, the last one in front; none opens the connections screen."""
    demo: DemoOptions | None = None
    """Serve and open the demo instead."""
    open_transport: "OpenTransport | None" = field(default=None, repr=False)
    """What brings messages; aiomqtt unless told otherwise."""
