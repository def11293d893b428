"""Where a subscription is put together."""

from collections.abc import Callable, Iterator, Sequence
from typing import get_args

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from mqtt_tui.errors import UsageError
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import InvalidTopicFilter, TopicFilter
from mqtt_tui.profiles.options import Color
from mqtt_tui.tui.colors import COLORS
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.plain_input import PlainInput, hidden_character
from mqtt_tui.tui.widgets.property_fields import identifier_from
from mqtt_tui.tui.widgets.topic_input import Complete, TopicInput
from mqtt_tui.tui.widgets.user_properties import UserProperties


def _chips(*words: str) -> ChoiceChips:
    return ChoiceChips([(word, "$primary") for word in words])


_COLORS = get_args(Color)
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

        & > Horizontal { height: 1; }
        & > Horizontal.-tall { height: auto; }
        .label { width: 11; }
        .label.-second { width: 13; margin-left: 3; }
        #own-label { margin-left: 11; }
        TopicInput, #alias, UserProperties { width: 1fr; }
        #identifier { width: 13; }
        #subscribe { margin-left: 1; width: 13; background: $panel; }
        #advice { height: auto; margin-left: 12; }
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
        self._own = ChoiceChips([(word, "$primary") for word in ("received", "left out")], id="own")
        self._identifier = PlainInput(placeholder="none", id="identifier")
        self._alias = PlainInput(placeholder="none", id="alias")
        self._color = ChoiceChips([(name, COLORS.get(name, "$primary")) for name in _COLORS])
        self._user_properties = UserProperties()
        self._advice = Static(id="advice")
        self._offers_options = True
        self._wrong_filter = ""
        """What was wrong with the filter when it was asked for."""

    def compose(self) -> ComposeResult:
        """What is asked for, what it is called here, and a line that advises."""
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
        with Horizontal():
            yield Label("alias", classes="label")
            yield self._alias
            yield Label("identifier", classes="label -second -of-v5")
            yield self._identifier
        with Horizontal():
            yield Label("color", classes="label")
            yield self._color
        with Horizontal(classes="-tall -of-v5"):
            yield Label("properties", classes="label")
            yield self._user_properties
        yield self._advice

    def show_options(self, are_known: bool) -> None:
        """Offer the options of MQTT 5, or do not; what is wrong in one that can be seen no more is dropped."""
        if are_known == self._offers_options:
            return
        self._offers_options = are_known
        wrong = [] if are_known else [entry for entry, _ in self._wrong()]
        if self._identifier in wrong:
            self._identifier.clear()
        if self._user_properties in wrong:
            self._user_properties.show(())
        self._look()
        self.query(".-of-v5").set(display=are_known)
        self._own.display = self._identifier.display = are_known

    @property
    def advice(self) -> str:
        """What the line below says."""
        return str(self._advice.content)

    def begin(self) -> None:
        """Go to the filter."""
        self._filter.focus()

    def load(self, subscription: Subscription) -> None:
        """Begin with what is there."""
        self._filter.value = subscription.topic_filter
        self._qos.chosen = subscription.qos
        self._handling.chosen = subscription.retain_handling
        self._flag.chosen = int(not subscription.retain_as_published)
        self._own.chosen = int(subscription.no_local)
        self._show_own(subscription)
        self._qos.focus()

    def _show_own(self, subscription: Subscription) -> None:
        """What belongs to one filter alone, unlike options that the next one may have too."""
        number = subscription.identifier
        self._identifier.value = "" if number is None else str(number)
        self._alias.value = subscription.alias
        self._color.chosen = _COLORS.index(subscription.color)
        self._user_properties.show(subscription.user_properties)

    @on(Button.Pressed, "#subscribe")
    @on(TopicInput.Submitted)
    @on(Input.Submitted)
    def submit(self) -> None:
        """Ask for it, or say what is wrong and go there."""
        try:
            topic_filter = TopicFilter(self._filter.value)
        except InvalidTopicFilter as error:
            self._filter.mark_invalid(True)
            self._wrong_filter = f"{error.message} {error.hint}"
            self._look()
            self._filter.focus()
            return
        if (wrong := self._look()) is not None:
            wrong.focus()
            return
        subscription = Subscription(
            topic_filter=topic_filter,
            qos=QoS(self._qos.chosen),
            no_local=bool(self._own.chosen),
            retain_as_published=not self._flag.chosen,
            retain_handling=RetainHandling(self._handling.chosen),
            identifier=identifier_from(self._identifier.value),
            user_properties=self._user_properties.pairs,
            alias=self._alias.value.strip(),
            color=_COLORS[self._color.chosen],
        )
        self._filter.value = ""
        self._show_own(Subscription(topic_filter=topic_filter))
        self.post_message(self.Submitted(subscription))

    @on(TopicInput.Changed)
    def advise_on_filter(self, event: Message) -> None:
        """Say what is worth knowing about it; whether it is right is told once it is asked for."""
        self._filter.mark_invalid(False)
        self._wrong_filter = ""
        self.advise(event)

    @on(Input.Changed, "#identifier")
    @on(ChoiceChips.Changed, "#own")
    @on(UserProperties.Changed)
    def advise(self, event: Message) -> None:
        """Say what is wrong or worth knowing about what is entered."""
        event.stop()
        self._look()

    def _look(self) -> Widget | None:
        """Say what is wrong with an option that is offered, and where; else with the filter, or what it asks for."""
        for entry, problem in self._wrong() if self._offers_options else ():
            self._say(problem, "-wrong")
            return entry
        if self._wrong_filter:
            self._say(self._wrong_filter, "-wrong")
        else:
            self._say(advice_on(self._filter.value), "-warning")
        return None

    def _wrong(self) -> Iterator[tuple[Widget, str]]:
        """The options of MQTT 5 that cannot be meant, and why."""
        checks: tuple[tuple[Widget, Callable[[], object]], ...] = (
            (self._own, self._check_own),
            (self._identifier, lambda: identifier_from(self._identifier.value)),
            (self._user_properties, self._user_properties.checked),
        )
        for entry, check in checks:
            try:
                check()
            except UsageError as error:
                yield entry, error.message

    def _check_own(self) -> None:
        if self._own.chosen and self._filter.value.startswith("$share/"):
            raise UsageError("A shared subscription cannot leave out own messages (MQTT 5.0, 3.8.3.1).")

    def _say(self, words: str, kind: str) -> None:
        self._advice.set_classes(kind)
        self._advice.update(line(words))
