"""The rows of the profile editor that hold several of a kind: subscriptions and headers."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Button, Static

from mqtt_tui.profiles.profile import SubscriptionOptions
from mqtt_tui.tui.screens.profile_fields import DOTS, FieldRow
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.shown_input import ShownInput


class _Item(HorizontalGroup):
    """One of several, with a button that takes it away."""

    DEFAULT_CSS = """
    _Item {
        height: 1;
        .qos { width: auto; margin-left: 2; color: $text-faint; }
        ShownInput { width: 1fr; }
        ShownInput.second { width: 2fr; margin-left: 1; }
        Button.remove { width: 3; min-width: 3; margin-left: 1; }
    }
    """

    is_leaving = False

    @property
    def is_there(self) -> bool:
        """Whether it has its controls: not while it comes or goes."""
        return self.is_mounted and not self.is_leaving

    def compose(self) -> ComposeResult:
        """Its controls and the button."""
        yield from self.controls()
        yield Button(Content("✕"), classes="remove", compact=True)

    def controls(self) -> ComposeResult:
        """What it is entered with."""
        raise NotImplementedError


class SubscriptionItem(_Item):
    """A topic filter and its QoS; its other options stay as they are."""

    def __init__(self, stored: SubscriptionOptions | None, placeholder: str) -> None:
        super().__init__()
        self._stored: dict[str, Any] = msgspec.to_builtins(stored) if stored else {}
        self._placeholder = placeholder

    def controls(self) -> ComposeResult:
        """Filter and QoS."""
        yield ShownInput(self._stored.get("filter", ""), placeholder=self._placeholder)
        yield Static(Content("QoS"), classes="qos")
        yield ChoiceChips(QOS_CHIPS, self._stored.get("qos", 0))

    @property
    def value(self) -> dict[str, Any] | None:
        """As a table; None where no filter is."""
        topic_filter = self.query_one(ShownInput).value
        chosen = {"filter": topic_filter, "qos": self.query_one(ChoiceChips).chosen}
        return self._stored | chosen if topic_filter else None


class HeaderItem(_Item):
    """A name and a value, which is not shown once it is stored."""

    def __init__(self, name: str, stored: str) -> None:
        super().__init__()
        self._name = name
        self._stored = stored

    def controls(self) -> ComposeResult:
        """Name and value."""
        yield ShownInput(self._name, placeholder="name", classes="first")
        placeholder = f"{DOTS}  typing replaces it" if self._stored else "value"
        yield ShownInput(password=True, placeholder=placeholder, classes="second")

    @property
    def value(self) -> tuple[str, str]:
        """Name and value."""
        name = self.query_one(".first", ShownInput).value.strip()
        return name, self.query_one(".second", ShownInput).value or self._stored


class _ListRow(FieldRow[Any]):
    """Items below each other, and a button that adds one."""

    DEFAULT_CSS = """
    _ListRow {
        Button.add { width: auto; min-width: 0; }
        Button.-style-default { color: $key; background: transparent; text-style: none; }
        Button.-style-default:focus { color: $text-on-primary; background: $primary; text-style: bold; }
    }
    """

    def control(self) -> ComposeResult:
        """The items and the button."""
        yield from self.items()
        yield Button(Content("+ add"), classes="add", compact=True)

    def items(self) -> Sequence[_Item]:
        """Those that are stored."""
        raise NotImplementedError

    def new_item(self) -> _Item:
        """An empty one."""
        raise NotImplementedError

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Add an item or take one away."""
        event.stop()
        if event.button.has_class("add"):
            item = self.new_item()
            self.query_one(".control").mount(item, before=event.button)
            self.call_after_refresh(lambda: item.query(ShownInput).first().focus())
            return
        parent = event.button.parent
        if isinstance(parent, _Item):
            parent.is_leaving = True
            parent.remove()
            self.query_one(".add").focus()
            self.call_after_refresh(lambda: self.post_message(self.Changed(self)))


class SubscriptionsRow(_ListRow):
    """The topic filters."""

    def items(self) -> Sequence[_Item]:
        """One for each filter."""
        return [SubscriptionItem(one, self.field.placeholder) for one in self.stored]

    def new_item(self) -> _Item:
        """An empty filter."""
        return SubscriptionItem(None, self.field.placeholder)

    @property
    def value(self) -> list[dict[str, Any]]:
        """All filters that are there."""
        return [value for item in self.query(SubscriptionItem) if item.is_there and (value := item.value)]


class HeadersRow(_ListRow):
    """The HTTP headers."""

    def items(self) -> Sequence[_Item]:
        """One for each header."""
        stored: Mapping[str, str] = self.stored
        return [HeaderItem(name, value) for name, value in stored.items()]

    def new_item(self) -> _Item:
        """An empty header."""
        return HeaderItem("", "")

    @property
    def _given(self) -> list[tuple[str, str]]:
        return [item.value for item in self.query(HeaderItem) if item.is_there and any(item.value)]

    @property
    def value(self) -> dict[str, str] | None:
        """All headers that are there."""
        return dict(self._given) or None

    def own_problem(self) -> str:
        """A header without a name, or two of the same."""
        names = [name.lower() for name, _ in self._given]
        if "" in names:
            return "A header needs a name."
        return "Two headers have the same name." if len(set(names)) < len(names) else ""
