"""The newest message of one topic on two brokers."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.errors import UsageError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import ago_text, size_text
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.safe import line, tell
from mqtt_tui.tui.screens.choose import Choose
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.payload_view import PayloadView


async def choose_and_compare(app: App[Any], own: Session, sessions: Sequence[Session], topic: bytes) -> None:
    """Show ``topic`` of ``own`` beside that of another broker, which is asked for where there are several."""
    others = {str(number): session for number, session in enumerate(sessions) if session is not own}
    if not others:
        tell(app, UsageError("Only one broker is open.", hint="S opens another one beside it."))
        return
    name: str | None = next(iter(others))
    if len(others) > 1:
        shown = [(key, Content(display_text(session.target.name))) for key, session in others.items()]
        name = await app.push_screen_wait(Choose("Beside which broker?", shown))
    if name is not None:
        await app.push_screen_wait(SideBySide(topic, own, others[name]))


class SideBySide(Dialog[None]):
    """Both messages, and whether they are equal; follows what arrives.

    Args:
        topic: its name.
        left: the broker that the user came from.
        right: the other one.
    """

    DEFAULT_CSS = """
    SideBySide {
        & > #box { width: 96%; height: 90%; padding: 0 1; }
        #verdict { height: 1; margin: 1 1 0 1; }
        #both { layout: horizontal; height: 1fr; }
        &.-narrow #both { layout: vertical; }
        .side { border: round $line; border-title-color: $primary; width: 1fr; height: 1fr; padding: 0 1; }
        .facts { height: auto; color: $text-soft; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        PayloadView { background: $surface; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, topic: bytes, left: Session, right: Session) -> None:
        super().__init__()
        self.heading = display_text(topic)
        self._topic = topic
        self._sides = (_Side(left, topic), _Side(right, topic))
        self._verdict = _Lines(id="verdict")

    def content(self) -> ComposeResult:
        """The verdict above the two."""
        yield self._verdict
        with Vertical(id="both"):
            yield from self._sides

    def on_mount(self) -> None:
        """Look; frames go on looking."""
        self._look()

    def apply_frame(self, frame: Frame) -> None:
        """Show what is new; of the other broker at the latest with the next second."""
        del frame
        self._look()

    def _look(self) -> None:
        left, right = (side.look() for side in self._sides)
        self._verdict.say(_verdict(left, right))


def _verdict(left: ApplicationMessage | None, right: ApplicationMessage | None) -> Content:
    if left is None and right is None:
        return line(("on neither of them", "dim"))
    if left is None or right is None:
        return line(("only on one of them", "bold $warning"))
    if left.payload != right.payload:
        return line(("the payloads differ", "bold $warning"))
    differs = [name for name in ("qos", "retain") if getattr(left, name) != getattr(right, name)]
    also = f", but not {' and '.join(differs).replace('qos', 'QoS').replace('retain', 'RETAIN')}" if differs else ""
    return line(("the payloads are equal", "bold $success"), (also, "$text-soft"))


class _Lines(Static):
    """Text that is drawn when it changes, and laid out anew when it has another number of lines."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id, classes=classes)
        self._said: tuple[Content, ...] = ()

    def say(self, *lines: Content) -> None:
        """Show these."""
        before, self._said = self._said, lines
        if lines != before:
            self.update(Content("\n").join(lines), layout=len(lines) != len(before))


class _Side(Vertical):
    """One broker."""

    def __init__(self, session: Session, topic: bytes) -> None:
        super().__init__(classes="side")
        self.border_title = Content(display_text(session.target.name))
        self._session = session
        self._topic = topic
        self._shown: ApplicationMessage | None = None
        self._facts = _Lines(classes="facts")
        self._payload = PayloadView()

    def compose(self) -> ComposeResult:
        """Facts above the payload."""
        yield self._facts
        yield self._payload

    def look(self) -> ApplicationMessage | None:
        """Show the newest message; None where there is none."""
        node = self._session.store.find(self._topic)
        message = None if node is None else node.newest
        if message is None:
            self._facts.say(*self._nothing())
        else:
            self._facts.say(_facts(message))
            if message != self._shown:
                decoded = self._session.decoders.choose(message)
                self._payload.show(decoded, (), keeps_place=self._shown is not None)
        self._payload.display = message is not None
        self._shown = message
        return message

    def _nothing(self) -> Iterator[Content]:
        yield line(("Nothing has come to this topic here.", "bold"))
        name = self._topic.decode(errors="surrogateescape")
        covering = [
            status.subscription.topic_filter
            for status in self._session.connection.subscriptions
            if not status.is_refused and not status.is_paused and status.subscription.topic_filter.matches(name)
        ]
        if covering:
            yield Content(f"It would, by the subscription to {display_text(covering[0])}.")
        else:
            yield Content("No subscription here covers it: s adds one.")


def _facts(message: ApplicationMessage) -> Content:
    retained = " · retained" if message.retain else ""
    age = ago_text(time.time_ns() - message.received_at)
    return Content(f"received {age} · QoS {message.qos:d}{retained} · {size_text(len(message.payload))}")
