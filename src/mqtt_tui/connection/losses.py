"""What is made of a connection that ended: whether, when and how to try again."""

from collections.abc import Callable

from mqtt_tui.connection.backoff import STABLE, Backoff
from mqtt_tui.connection.refusals import lost_right_away, taken_over_again
from mqtt_tui.errors import CannotConnect, ConnectionLost, ConnectRefused, MqttTuiError, TimedOut
from mqtt_tui.model.reason_code import SESSION_TAKEN_OVER

_RIGHT_AWAY = 5.0
"""Seconds: a connection that ends sooner after its subscriptions was perhaps ended by what they brought."""
_OFTEN = 3


class Losses:
    """Those of one broker.

    Args:
        backoff: the waits between attempts.
        where: the broker's address, safe to show.
        clock: seconds, monotonic.
    """

    def __init__(self, backoff: Backoff, where: str, clock: Callable[[], float]) -> None:
        self._backoff = backoff
        self._where = where
        self._clock = clock
        self._taken_over_at: float | None = None
        self._right_away = 0

    @property
    def come_right_away(self) -> bool:
        """Whether the latest ones came right after subscribing."""
        return self._right_away >= _OFTEN

    def next_wait(self) -> float:
        """Seconds until the next attempt."""
        return self._backoff.next()

    def judge(
        self, error: ConnectionLost | TimedOut, lasted: float, *, has_sent_again: bool = False
    ) -> ConnectionLost | TimedOut:
        """Take note of how long a connection has lasted; say so where several in a row ended right away.

        Args:
            error: how it ended.
            lasted: seconds.
            has_sent_again: whether messages of ours were sent again on it.
        """
        self._backoff.ended_after(lasted)
        self._right_away = self._right_away + 1 if lasted < _RIGHT_AWAY else 0
        if isinstance(error, ConnectionLost) and self.come_right_away:
            return lost_right_away(error, self._right_away, has_sent_again=has_sent_again)
        return error

    def final(self, error: MqttTuiError) -> MqttTuiError | None:
        """What to fail with; None where trying again may help."""
        match error:
            case ConnectRefused(permanent=permanent):
                return error if permanent else None
            case ConnectionLost(reason_code=code) if code == SESSION_TAKEN_OVER:
                before, self._taken_over_at = self._taken_over_at, self._clock()
                soon = before is not None and self._taken_over_at - before < STABLE
                return taken_over_again(self._where) if soon else None
            case ConnectionLost(permanent=True):
                return error
            case CannotConnect() | ConnectionLost() | TimedOut():
                return None
        return error  # a file or the profile itself is at fault
