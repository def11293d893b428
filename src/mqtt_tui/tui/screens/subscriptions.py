"""What is subscribed to, and how the broker took it."""

from collections.abc import Awaitable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.connection.state import Connected
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.session import Session
from mqtt_tui.store.completion import completions
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.subscription_form import SubscriptionForm
from mqtt_tui.tui.widgets.subscription_list import SubscriptionList

_OF_SELECTED = ("edit", "cycle_qos", "pause", "remove")


class Subscriptions(Dialog[None]):
    """Topic filters: add, change, pause, remove, connected or not.

    Args:
        session: whose subscriptions.
    """

    DEFAULT_CSS = """
    Subscriptions {
        & > #box { width: 100; }
        #message { height: auto; padding: 0 1; }
        #empty { color: $text-soft; padding: 0 1; }
    }
    """
    BINDINGS = bindings_for(Scope.SUBSCRIPTIONS)
    heading = "Subscriptions"
    verbs = {"dialog.cancel": "close"}

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._list = SubscriptionList()
        self._empty = Static(line("Nothing is subscribed to: no message will come. Add a filter below."), id="empty")
        self._message = Static(id="message")
        self._form = SubscriptionForm(lambda typed: completions(session.store.root, typed))

    def content(self) -> ComposeResult:
        """The list, what just happened, and the form."""
        yield self._list
        yield self._empty
        yield self._message
        yield self._form

    def on_mount(self) -> None:
        """Begin with the list, or with the form where there is none."""
        self.refresh_list()
        self._message.display = False
        if self.session.connection.subscriptions:
            self._list.focus()
        else:
            self._form.begin()

    def apply_frame(self, frame: Frame) -> None:
        """Follow the connection."""
        del frame
        self.refresh_list()

    def refresh_list(self) -> None:
        """Show how things stand now."""
        connection = self.session.connection
        state = connection.state
        self._list.show(connection.subscriptions, is_connected=isinstance(state, Connected))
        self._list.display = bool(connection.subscriptions)
        self._empty.display = not connection.subscriptions
        self._form.show_options(not isinstance(state, Connected) or state.connack.protocol >= Protocol.V5)

    @property
    def message(self) -> str:
        """What is said about the latest change."""
        return str(self._message.content)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the list work in the list, on something."""
        if action == "save":  # each change is made at once
            return False
        if action in _OF_SELECTED:
            return self._list.has_focus and self._list.selected is not None
        return super().check_action(action, parameters)

    def action_add(self) -> None:
        """Go to the form."""
        self._form.begin()

    def action_edit(self) -> None:
        """Take the selected one into the form; the same filter replaces it."""
        if self._list.selected is not None:
            self._form.load(self._list.selected.subscription)

    def action_cycle_qos(self) -> None:
        """Ask for the next quality of service; a paused one is resumed by that."""
        if self._list.selected is not None:
            wanted = self._list.selected.subscription
            self._change(self.session.connection.subscribe(replace(wanted, qos=QoS((wanted.qos + 1) % len(QoS)))))

    def action_pause(self) -> None:
        """Pause, or resume."""
        if (status := self._list.selected) is not None:
            connection, name = self.session.connection, status.subscription.topic_filter
            self._change(connection.resume(name) if status.is_paused else connection.pause(name))

    def action_remove(self) -> None:
        """Unsubscribe; its topics and messages stay in the tree."""
        if (status := self._list.selected) is not None:
            name = status.subscription.topic_filter
            self._change(self.session.connection.unsubscribe(name), f"Removed {display_text(name)}.")

    @on(SubscriptionForm.Submitted)
    def subscribe(self, event: SubscriptionForm.Submitted) -> None:
        """Add it, or put it in place of the one with the same filter."""
        self._change(self.session.connection.subscribe(event.subscription))

    def _change(self, asked: Awaitable[object], done: str = "") -> None:
        self.run_worker(self._await(asked, done))

    async def _await(self, asked: Awaitable[object], done: str) -> None:
        self._say(line(("asking …", "$text-soft")))
        try:
            await asked
        except MqttTuiError as error:
            self._say(line((error.message, "$error"), (f" {error.hint}", "$text-soft")))
        else:
            self._say(line((done, "$text-soft")))
        self.refresh_list()

    def _say(self, words: Content) -> None:
        self._message.update(words)
        self._message.display = bool(words)
