"""Where a subscription is put together."""

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Label, Static

from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import InvalidTopicFilter, TopicFilter
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.plain_input import hidden_character
from mqtt_tui.tui.widgets.topic_input import Complete, TopicInput


def _chips(*words: str) -> ChoiceChips:
    return ChoiceChips([(word, "$primary") for word in words])


_SHARED = "A member of a shared subscription takes messages away from the others."
_EVERYTHING = "Everything on the broker: on a busy one a narrower filter is kinder to both sides."


def with_wildcards(complete: Complete) -> Complete:
    """``complete`` for topic filters: at the beginning of a level ``#`` and ``+/`` come first."""

    def offers(typed: str) -> Sequence[str]:
        reads_as_written = not hidden_character(typed)  # what a stored filter may not: an offer is drawn as it is
        takes_wildcard = typed.endswith("/") and not typed.startswith("$share/") and reads_as_written
        wildcards = [f"{typed}#", f"{typed}+/"] if takes_wildcard else []
        return [*wildcards, *complete(typed)]

    return offers


def advice_on(typed: str) -> str:
    """What is worth knowing before subscribing to this."""
    if typed.startswith("$share/"):
        return _SHARED
    return _EVERYTHING if typed in ("#", "+/#") else ""


class SubscriptionForm(Vertical):
    """Topic filter, QoS and options of a new subscription, or of one that is to be changed.

    Args:
        complete: topics that the typed beginning may become.
    """

    DEFAULT_CSS = """
    SubscriptionForm {
        height: auto;
        border-top: solid $line;

        Horizontal { height: 1; }
        .label { width: 10; }
        .label.-second { width: 13; margin-left: 3; }
        #own-label { margin-left: 11; }
        TopicInput { width: 1fr; }
        Button.-textual-compact { margin-left: 1; width: 13; background: $panel; }
        #advice { height: auto; margin-left: 11; }
        #advice.-wrong { color: $error; }
        #advice.-warning { color: $warning; }
    }
    """

    class Submitted(Message):
        """The user wants this subscription."""

        def __init__(self, subscription: Subscription) -> None:
            super().__init__()
            self.subscription = subscription

    def __init__(self, complete: Complete) -> None:
        super().__init__()
        self._filter = TopicInput(with_wildcards(complete), placeholder="a/topic, a/+/c or a/#")
        self._qos = ChoiceChips(QOS_CHIPS)
        self._handling = _chips("all", "once", "none")
        self._flag = _chips("as published", "cleared")
        self._own = _chips("received", "left out")
        self._advice = Static(id="advice")
        self._loaded: Subscription | None = None

    def compose(self) -> ComposeResult:
        """Three rows and a line that advises."""
        with Horizontal():
            yield Label("filter", classes="label")
            yield self._filter
            yield Button("subscribe", id="subscribe", compact=True)
        with Horizontal():
            yield Label("QoS", classes="label")
            yield self._qos
            yield Label("own messages", classes="label -second -of-v5", id="own-label")
            yield self._own
        with Horizontal(classes="-of-v5"):
            yield Label("retained", classes="label")
            yield self._handling
            yield Label("retain flag", classes="label -second")
            yield self._flag
        yield self._advice

    def show_options(self, are_known: bool) -> None:
        """Offer the options of MQTT 5, or do not."""
        self.query(".-of-v5").set(display=are_known)
        self._own.display = are_known

    @property
    def advice(self) -> str:
        """What the line below says."""
        return str(self._advice.content)

    def begin(self) -> None:
        """Go to the filter."""
        self._filter.focus()

    def load(self, subscription: Subscription) -> None:
        """Begin with what is there."""
        self._loaded = subscription
        self._filter.value = subscription.topic_filter
        self._qos.chosen = subscription.qos
        self._handling.chosen = subscription.retain_handling
        self._flag.chosen = int(not subscription.retain_as_published)
        self._own.chosen = int(subscription.no_local)
        self._qos.focus()

    @on(Button.Pressed, "#subscribe")
    @on(TopicInput.Submitted)
    def submit(self) -> None:
        """Ask for it, or say what is wrong with the filter."""
        try:
            topic_filter = TopicFilter(self._filter.value)
        except InvalidTopicFilter as error:
            self._filter.mark_invalid(True)
            self._say(f"{error.message} {error.hint}", "-wrong")
            self._filter.focus()
            return
        kept = self._loaded if self._loaded and self._loaded.topic_filter == topic_filter else None
        subscription = replace(
            kept or Subscription(topic_filter=topic_filter),
            qos=QoS(self._qos.chosen),
            no_local=bool(self._own.chosen),
            retain_as_published=not self._flag.chosen,
            retain_handling=RetainHandling(self._handling.chosen),
        )
        if subscription.no_local and topic_filter.share_name is not None:
            self._say("A shared subscription cannot leave out own messages (MQTT 5.0, 3.8.3.1).", "-wrong")
            return
        self._filter.value = ""
        self.post_message(self.Submitted(subscription))

    @on(TopicInput.Changed)
    def advise(self, event: TopicInput.Changed) -> None:
        """Say what is worth knowing about what is typed."""
        event.stop()
        self._filter.mark_invalid(False)
        self._say(advice_on(event.value), "-warning")

    def _say(self, words: str, kind: str) -> None:
        self._advice.set_classes(kind)
        self._advice.update(line(words))
