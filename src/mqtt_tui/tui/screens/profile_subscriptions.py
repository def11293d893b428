"""The row of the profile editor that holds the subscriptions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args

from textual import events
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, ScrollableContainer, VerticalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.fields import FIELDS
from mqtt_tui.profiles.options import Color, SubscriptionOptions
from mqtt_tui.tui.colors import COLORS
from mqtt_tui.tui.screens.profile_lists import ListItem, ListRow
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.property_fields import identifier_from
from mqtt_tui.tui.widgets.shown_input import ShownInput
from mqtt_tui.tui.widgets.user_properties import UserProperties

_SHARED = "A member of a shared subscription takes messages away from the other members of its group."


class SubscriptionItem(ListItem):
    """A topic filter with its options, and a line that teaches the one that has the focus or says what is wrong.

    Args:
        stored: as it is; None for a new one.
        placeholder: of the filter.
        help: of the filter.
    """

    what = "topic filter"

    DEFAULT_CSS = """
    SubscriptionItem {
        .label.first { color: $foreground; text-style: bold; }
        .between { width: auto; margin-left: 2; color: $text-soft; }
        ShownInput.number { width: 13; margin-left: 1; }
        UserProperties { width: 1fr; }
        .note { min-height: 2; }  /* whether it says something or not: nothing moves away below the mouse */
    }
    """

    def __init__(self, stored: SubscriptionOptions | None, placeholder: str, help: str) -> None:  # noqa: A002  it is what it is
        super().__init__()
        kept = stored or SubscriptionOptions(filter="#")
        number = "" if kept.identifier is None else str(kept.identifier)
        colors = get_args(Color)
        self.filter_line = ShownInput(stored.filter if stored else "", placeholder=placeholder)
        self.qos = ChoiceChips(QOS_CHIPS, kept.qos)
        self.no_local = _chips(("received", "left out"), int(kept.no_local))
        self.retained = _chips(("always", "if new", "never"), kept.retain_handling)
        self.retain = _chips(("cleared", "kept"), int(kept.retain_as_published))
        self.alias = ShownInput(kept.alias or "", placeholder="none")
        self.identifier = ShownInput(number, placeholder="none", classes="number")
        self.color = ChoiceChips([(name, COLORS.get(name, "$primary")) for name in colors], colors.index(kept.color))
        self.user_properties = UserProperties(kept.user_properties)
        self._keys: Mapping[Widget, str] = {
            self.filter_line: "filter",
            self.qos: "qos",
            self.no_local: "no_local",
            self.retained: "retain_handling",
            self.retain: "retain_as_published",
            self.alias: "alias",
            self.identifier: "identifier",
            self.color: "color",
            self.user_properties: "user_properties",
        }
        self._help = {key: FIELDS[f"subscriptions.{key}"].words.help for key in self._keys.values()} | {"filter": help}
        self._at = ""
        """Key of what has the focus."""
        self._problem = ""
        self._wrong_at = ""
        """Key of what the problem is about."""
        self._note = Static(classes="note")
        self._untouched = None if stored else self._table

    def controls(self) -> ComposeResult:
        """Filter and QoS."""
        yield Static(Content("Topic filter"), classes="label first")
        yield self.filter_line
        yield _between("QoS")
        yield self.qos

    def below(self) -> ComposeResult:
        """What else SUBSCRIBE says, and what it is here."""
        yield _line("Own messages", self.no_local)
        yield _line("Retained", self.retained, _between("RETAIN"), self.retain)
        yield _line("Color", self.color)
        yield _line("Alias", self.alias, _between("id"), self.identifier)
        yield _line("User properties", self.user_properties)
        yield self._note

    @property
    def value(self) -> dict[str, Any] | None:
        """As a table; None where it is a new one that nobody has touched."""
        table = self._table
        return None if table == self._untouched else {key: one for key, one in table.items() if one is not None}

    @property
    def _table(self) -> dict[str, Any]:
        return {
            "filter": self.filter_line.value,
            "qos": self.qos.chosen,
            "no_local": bool(self.no_local.chosen),
            "retain_as_published": bool(self.retain.chosen),
            "retain_handling": self.retained.chosen,
            "identifier": _identifier(self.identifier.value),
            "user_properties": list(self.user_properties.pairs),
            "alias": self.alias.value.strip() or None,
            "color": get_args(Color)[self.color.chosen],
        }

    def begin(self) -> None:
        """Take the focus where something is wrong, or at the filter."""
        next((widget for widget, key in self._keys.items() if key == self._wrong_at), self.filter_line).focus()
        self.bring_into_sight()

    def say(self, problem: str, key: str) -> None:
        """Say what is wrong; empty: nothing is.

        Args:
            problem: safe to show.
            key: of what it is about.
        """
        is_news = problem not in ("", self._problem)
        self._problem, self._wrong_at = problem, key
        self._show_note()
        if is_news and self._at:
            self.bring_into_sight()

    def bring_into_sight(self) -> None:
        """Scroll down to the note, unless what is typed would leave the screen above."""
        around = next(one for one in self.ancestors if isinstance(one, ScrollableContainer))
        if self.size.height <= around.size.height:
            self.call_after_refresh(self._note.scroll_visible, animate=False)

    def on_mount(self) -> None:
        """Say what to beware of from the beginning."""
        self._show_note()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Teach what has the focus."""
        around = event.widget.ancestors_with_self
        self._at = next((key for widget, key in self._keys.items() if widget in around), "")
        self._show_note()

    def on_descendant_blur(self) -> None:
        """Teach no more."""
        self._at = ""
        self._show_note()

    def _show_note(self) -> None:
        caution = _SHARED if self.filter_line.value.startswith("$share/") else ""
        help_ = self._help.get(self._at, "")
        is_cautious = bool(caution) and self._at in ("", "filter")
        self.set_class(bool(self._problem), "wrong")
        self.set_class(is_cautious, "caution")
        text = self._problem or (caution if is_cautious else help_)
        self._note.update(Content(text))


def _identifier(typed: str) -> int | str | None:
    """The number that is meant; as typed where it is none: the check of the whole profile says so."""
    try:
        return identifier_from(typed)
    except UsageError:
        return typed


def _chips(words: Sequence[str], chosen: int) -> ChoiceChips:
    return ChoiceChips([(word, "$primary") for word in words], chosen)


def _between(text: str) -> Static:
    return Static(Content(text), classes="between")


def _line(label: str, *controls: Widget) -> HorizontalGroup:
    return HorizontalGroup(Static(Content(label), classes="label"), *controls, classes="line")


class SubscriptionsRow(ListRow[SubscriptionItem]):
    """The topic filters, each over the whole width: its options have labels of their own."""

    DEFAULT_CSS = """
    SubscriptionsRow {
        Button.add { margin: 1 0 0 17; }
        SubscriptionItem .note { color: $text-faint; }
        SubscriptionItem.caution .note { color: $warning; }
        SubscriptionItem.wrong .note { color: $error; }
    }
    """
    add_words = "+ add a topic filter"
    _problems: Mapping[str, str] = MappingProxyType({})
    """By key, as they were found last."""

    def compose(self) -> ComposeResult:
        """The items; each has its own note."""
        with VerticalGroup(classes="control"):
            yield from self.control()

    def first_items(self) -> list[SubscriptionItem]:
        """One for each filter."""
        return [SubscriptionItem(one, self.words.placeholder, self.words.help) for one in self.stored]

    def new_item(self) -> SubscriptionItem:
        """An empty filter."""
        return SubscriptionItem(None, self.words.placeholder, self.words.help)

    def on_user_properties_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))

    @property
    def value(self) -> list[dict[str, Any]]:
        """All filters that are there."""
        return [value for item in self.items if (value := item.value)]

    def problem_in(self, problems: Mapping[str, str]) -> str:
        """What is wrong first; each item gets to know what is wrong with it."""
        self._problems = problems
        return super().problem_in(problems)

    def note(self, problem: str, help: str = "") -> None:  # noqa: A002  it is what it is
        """Let each item say what is wrong with it, once something is to be said."""
        del help
        self.set_class(bool(problem), "wrong")
        given = [item for item in self.items if item.value]
        for item in self.items:
            head = f"{self.words.key}[{given.index(item)}]" if item in given else "-"
            at, why = next(((at, why) for at, why in self._problems.items() if at.startswith(head)), ("", ""))
            item.say(why if problem else "", at.removeprefix(f"{head}.").partition("[")[0])

    def begin(self) -> None:
        """Take the focus where something is wrong, or at the first filter."""
        first = next((item for item in self.items if item.has_class("wrong")), self.items[0] if self.items else None)
        if first is None:
            super().begin()
        else:
            first.begin()
