"""The rows of the profile editor that hold several of a kind: subscriptions, headers, user properties."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, get_args

from msgspec import to_builtins
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Button, Static

from mqtt_tui.profiles.options import Color, SubscriptionOptions
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.words import Words
from mqtt_tui.tui.colors import COLORS
from mqtt_tui.tui.screens.profile_fields import FieldRow
from mqtt_tui.tui.screens.secret_source import SecretSource
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.shown_input import ShownInput

_SHARED = "A member of a shared subscription takes messages away from the other members of its group."


class _Item(VerticalGroup):
    """One of several, with a button that takes it away."""

    DEFAULT_CSS = """
    _Item {
        height: auto;
        .line { height: auto; }
        &.tall { margin-bottom: 1; }
        .between { width: auto; margin-left: 2; color: $text-faint; }
        ShownInput { width: 1fr; }
        ShownInput.second { width: 2fr; margin-left: 1; }
        ShownInput.number { width: 1fr; margin-left: 1; }
        Button.remove { width: 3; min-width: 3; margin-left: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Its controls and the button, and what stands below."""
        with HorizontalGroup(classes="line"):
            yield from self.controls()
            yield Button(Content("✕"), classes="remove", compact=True)
        yield from self.below()

    def controls(self) -> ComposeResult:
        """What it is entered with."""
        raise NotImplementedError

    def below(self) -> ComposeResult:
        """More of it, below the first line."""
        yield from ()


class SubscriptionItem(_Item):
    """A topic filter with its options."""

    def __init__(self, stored: SubscriptionOptions | None, placeholder: str) -> None:
        super().__init__(classes="tall")
        kept = stored or SubscriptionOptions(filter="#")
        number = "" if kept.identifier is None else str(kept.identifier)
        self._user_properties = to_builtins(kept.user_properties)
        self.filter_line = ShownInput(stored.filter if stored else "", placeholder=placeholder)
        self.qos = ChoiceChips(QOS_CHIPS, kept.qos)
        self.no_local = _chips(("all", "not my own"), int(kept.no_local))
        self.retain = _chips(("RETAIN cleared", "kept"), int(kept.retain_as_published))
        self.retained = _chips(("retained always", "if new", "never"), kept.retain_handling)
        self.identifier = ShownInput(number, placeholder="none", classes="number")
        colors = get_args(Color)
        self.color = ChoiceChips([(name, COLORS.get(name, "$primary")) for name in colors], colors.index(kept.color))
        self.alias = ShownInput(kept.alias or "", placeholder="none", classes="number")

    def controls(self) -> ComposeResult:
        """Filter and QoS."""
        yield self.filter_line
        yield Static(Content("QoS"), classes="between")
        yield self.qos

    def below(self) -> ComposeResult:
        """The options of MQTT 5."""
        yield HorizontalGroup(self.no_local, self.retain, classes="line")
        yield HorizontalGroup(self.retained, Static(Content("id"), classes="between"), self.identifier, classes="line")
        yield HorizontalGroup(self.color, Static(Content("alias"), classes="between"), self.alias, classes="line")

    @property
    def value(self) -> dict[str, Any] | None:
        """As a table; None where no filter is."""
        if not self.filter_line.value:
            return None
        number = self.identifier.value.strip()
        table = {
            "filter": self.filter_line.value,
            "qos": self.qos.chosen,
            "no_local": bool(self.no_local.chosen),
            "retain_as_published": bool(self.retain.chosen),
            "retain_handling": self.retained.chosen,
            "identifier": int(number) if number.isdecimal() and len(number) < 20 else number or None,
            "user_properties": self._user_properties,
            "alias": self.alias.value.strip() or None,
            "color": get_args(Color)[self.color.chosen],
        }
        return {key: one for key, one in table.items() if one is not None}


def _chips(words: Sequence[str], chosen: int) -> ChoiceChips:
    return ChoiceChips([(word, "$primary") for word in words], chosen)


class PairItem(_Item):
    """A user property."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.first = ShownInput(name, placeholder="name")
        self.second = ShownInput(text, placeholder="value", classes="second")

    def controls(self) -> ComposeResult:
        """Name and value."""
        yield self.first
        yield self.second

    @property
    def value(self) -> tuple[str, str]:
        """Name and value."""
        return self.first.value, self.second.value


class HeaderItem(_Item):
    """A name, and where the value comes from; it is not shown once it is stored."""

    def __init__(self, name: str, stored: Secret | None) -> None:
        super().__init__(classes="tall")
        self.first = ShownInput(name, placeholder="name")
        self.source = SecretSource(stored or Secret(value=""), has_none=False)

    def controls(self) -> ComposeResult:
        """The name."""
        yield self.first

    def below(self) -> ComposeResult:
        """The value."""
        yield self.source

    @property
    def header_name(self) -> str:
        """As typed, without blanks around it."""
        return self.first.value.strip()


ItemT = TypeVar("ItemT", bound=_Item)


class _ListRow(FieldRow[Any], Generic[ItemT]):
    """Items below each other, and a button that adds one."""

    DEFAULT_CSS = """
    _ListRow {
        Button.add { width: auto; min-width: 0; }
        Button.-style-default { color: $key; background: transparent; text-style: none; }
        Button.-style-default:focus { color: $text-on-primary; background: $primary; text-style: bold; }
    }
    """

    def __init__(self, words: Words, stored: object) -> None:
        super().__init__(words, stored)
        self.items = self.first_items()
        """Those that are there, whatever of them is on the screen already."""

    def control(self) -> ComposeResult:
        """The items and the button."""
        yield from self.items
        yield Button(Content("+ add"), classes="add", compact=True)

    def first_items(self) -> list[ItemT]:
        """Those that are stored."""
        raise NotImplementedError

    def new_item(self) -> ItemT:
        """An empty one."""
        raise NotImplementedError

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Add an item or take one away."""
        event.stop()
        if event.button.has_class("add"):
            item = self.new_item()
            self.items.append(item)
            await self.query_one(".control").mount(item, before=event.button)
            self.call_after_refresh(self.screen.set_focus, next(iter(item.query(ShownInput)), None))
            return
        gone = next(item for item in self.items if item in event.button.ancestors)
        self.items.remove(gone)
        self.query_one(".add").focus()
        await gone.remove()
        self.post_message(self.Changed(self))

    def on_secret_source_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))


class SubscriptionsRow(_ListRow[SubscriptionItem]):
    """The topic filters."""

    def first_items(self) -> list[SubscriptionItem]:
        """One for each filter."""
        return [SubscriptionItem(one, self.words.placeholder) for one in self.stored]

    def new_item(self) -> SubscriptionItem:
        """An empty filter."""
        return SubscriptionItem(None, self.words.placeholder)

    @property
    def value(self) -> list[dict[str, Any]]:
        """All filters that are there."""
        return [value for item in self.items if (value := item.value)]

    @property
    def caution(self) -> str:
        """A warning where others would miss messages."""
        return _SHARED if any(one["filter"].startswith("$share/") for one in self.value) else ""


class PairsRow(_ListRow[PairItem]):
    """User properties; names may repeat, and their order counts."""

    def first_items(self) -> list[PairItem]:
        """One for each pair."""
        return [PairItem(*pair) for pair in self.stored or ()]

    def new_item(self) -> PairItem:
        """An empty pair."""
        return PairItem("", "")

    @property
    def value(self) -> list[tuple[str, str]] | None:
        """All pairs that are there."""
        return [item.value for item in self.items if any(item.value)] or None


class HeadersRow(_ListRow[HeaderItem]):
    """The HTTP headers."""

    def first_items(self) -> list[HeaderItem]:
        """One for each header."""
        stored: Mapping[str, str | Secret] = self.stored
        return [
            HeaderItem(name, Secret(value=value) if isinstance(value, str) else value) for name, value in stored.items()
        ]

    def new_item(self) -> HeaderItem:
        """An empty header."""
        return HeaderItem("", None)

    @property
    def _given(self) -> list[HeaderItem]:
        return [item for item in self.items if item.header_name or not item.source.problem]  # an empty one is none

    @property
    def value(self) -> dict[str, Any] | None:
        """All headers that are there; a stored value stands as a text."""
        tables = {item.header_name: item.source.value or {} for item in self._given}
        return {name: table.get("value", table) for name, table in tables.items()} or None

    def own_problem(self) -> str:
        """A header without a name, or two of the same, or a value without what its source needs."""
        names = [item.header_name.lower() for item in self._given]
        if "" in names:
            return "A header needs a name."
        if len(set(names)) < len(names):
            return "Two headers have the same name."
        return next((item.source.problem for item in self._given if item.source.problem), "")
