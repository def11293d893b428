"""What the user is told of a connection besides what the header's colour says."""

import time

from mqtt_tui.connection.state import Connected, ConnectionState, Disconnected, Failed, WaitingToReconnect
from mqtt_tui.errors import ConnectRefused
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import duration_text
from mqtt_tui.tui.messages import ShowConnections
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.screens.panes import Panes


class LinkNews:
    """Tells of a lost link, of its return, and of a refusal, whichever broker is in front.

    Args:
        screen: of the broker.
    """

    def __init__(self, screen: Panes) -> None:
        self._screen = screen
        self._lost_at: int | None = None

    def tell(self, state: ConnectionState) -> None:
        """The connection has come into ``state``."""
        screen, session = self._screen, self._screen.session
        if not screen.is_mounted:
            return
        is_mendable = session.target.is_saved and screen.is_in_front  # its profile is not opened over another broker
        match state:
            case WaitingToReconnect(reason=error) if self._lost_at is None and session.store.totals.received:
                self._lost_at = time.time_ns()
                tell(screen, error)
            case Failed(ConnectRefused() as refusal) if is_mendable and refusal.field:
                screen.post_message(ShowConnections(refusal, session.target.name))
            case Failed(error) if len(session.rows) or screen.app.screen is not screen:  # else it is seen, large
                tell(screen, error)
            case Connected(connack):
                screen.publish_pane.protocol = connack.protocol
                if self._lost_at is not None:
                    gone, self._lost_at = time.time_ns() - self._lost_at, None
                    self._warn(
                        f"Connected again after {duration_text(gone)}. Messages published meanwhile may be missing."
                    )
                self._tell_what_is_paused()
            case Disconnected(reason) if reason:
                self._warn(f"Not connected. {reason} Ctrl+R connects again.")

    def _tell_what_is_paused(self) -> None:
        """Subscriptions that the connection did not stand with; the user need not look for them."""
        blamed = [one for one in self._screen.session.connection.subscriptions if one.paused_because]
        if blamed:
            names = ", ".join(display_text(one.subscription.topic_filter) for one in blamed)
            self._warn(f"{blamed[-1].paused_because} It came with {names}: paused, so that the connection stands.")

    def _warn(self, words: str) -> None:
        self._screen.notify(words, severity="warning", markup=False)
