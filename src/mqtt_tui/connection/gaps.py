"""The times in which messages may have been missed."""

from collections.abc import Callable

from mqtt_tui.connection.state import Gap
from mqtt_tui.errors import ConnectionLost, TimedOut


class Gaps:
    """Begins a gap with each loss, and ends it with the return; a link that died unnoticed brought nothing either.

    Args:
        wall_clock: nanoseconds since the epoch.
        on_closed: told of each gap that has ended.
    """

    def __init__(self, wall_clock: Callable[[], int], on_closed: Callable[[Gap], None]) -> None:
        self._wall_clock = wall_clock
        self._on_closed = on_closed
        self._lost: tuple[int, str] | None = None
        self._asleep_since: int | None = None
        self.closed: list[Gap] = []
        """Oldest first."""

    def asleep(self, since: int) -> None:
        """The machine has slept; nobody knows yet whether the link has outlived it."""
        self._asleep_since = self._asleep_since or since

    def outlived(self) -> None:
        """The link has."""
        self._asleep_since = None

    def lost(self, error: ConnectionLost | TimedOut) -> None:
        """The link is down."""
        silent_for = error.silent_for if isinstance(error, ConnectionLost) else 0.0
        began_at = self._wall_clock() - int(silent_for * 1e9)
        if self._asleep_since is not None:
            began_at = min(began_at, self._asleep_since)
        self._asleep_since = None
        self._lost = self._lost or (began_at, error.message)

    def restored(self, *, session_resumed: bool) -> None:
        """The subscriptions stand again, or for the first time."""
        if self._lost is not None:
            began_at, reason = self._lost
            self._lost = None
            gap = Gap(began_at, self._wall_clock(), reason, session_resumed)
            self.closed.append(gap)
            self._on_closed(gap)
