"""The rows of the profile editor that hold several of a kind: headers, user properties; what others are made of."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Button

from mqtt_tui.profiles.options import Pairs
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.words import Words
from mqtt_tui.tui.screens.profile_fields import FieldRow
from mqtt_tui.tui.screens.secret_source import SecretSource
from mqtt_tui.tui.widgets.remove_button import RemoveButton
from mqtt_tui.tui.widgets.shown_input import ShownInput
from mqtt_tui.tui.widgets.user_properties import USER_PROPERTY, Pair, Terms, UserProperties


class ListItem(VerticalGroup):
    """One of several, with a button that takes it away."""

    what: str
    """In words of ours."""

    DEFAULT_CSS = """
    ListItem {
        height: auto;
        .line { height: auto; }
        &.tall { margin-bottom: 1; }
        ShownInput { width: 1fr; }
        RemoveButton { margin-left: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Its controls and the button, and what stands below."""
        with HorizontalGroup(classes="line"):
            yield from self.controls()
            yield RemoveButton(self.what)
        yield from self.below()

    def controls(self) -> ComposeResult:
        """What it is entered with."""
        raise NotImplementedError

    def below(self) -> ComposeResult:
        """More of it, below the first line."""
        yield from ()


class HeaderItem(ListItem):
    """A name, and where the value comes from; it is not shown once it is stored."""

    what = "header"

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


ItemT = TypeVar("ItemT", bound=ListItem)


class ListRow(FieldRow[Any], Generic[ItemT]):
    """Items below each other, and a button that adds one."""

    add_words = "+ add"
    """On the button."""

    DEFAULT_CSS = """
    ListRow {
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
        yield Button(Content(self.add_words), classes="add", compact=True)

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


class PairsRow(FieldRow[Any]):
    """User properties, or topic filters and decoders; names may repeat, and their order counts."""

    def __init__(self, words: Words, stored: Pairs | None) -> None:
        super().__init__(words, stored)
        terms = Terms("decoder", "topic filter", "gzip json") if words.key == "decoders" else USER_PROPERTY
        self.pairs = UserProperties(stored or (), terms)

    def control(self) -> ComposeResult:
        """Names and values."""
        yield self.pairs

    def on_user_properties_changed(self) -> None:
        """Pass it on."""
        self.post_message(self.Changed(self))

    @property
    def value(self) -> list[Pair] | None:
        """All pairs that are there."""
        return list(self.pairs.pairs) or None


class HeadersRow(ListRow[HeaderItem]):
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
