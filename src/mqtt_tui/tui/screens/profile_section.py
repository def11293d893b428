"""The fields of a profile that stand under one tab."""

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.profiles.fields import FIELDS, Field, value_of
from mqtt_tui.profiles.options import Pairs
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.words import Section
from mqtt_tui.tui.screens.profile_fields import FieldRow, row_for
from mqtt_tui.tui.screens.profile_lists import HeadersRow, PairsRow
from mqtt_tui.tui.screens.profile_subscriptions import SubscriptionsRow


class ProfileSection(VerticalScroll, can_focus=False):
    """Rows below each other, and a line in front that says what they are about.

    Args:
        section: which one.
        profile: what it holds so far.
        before: rows that stand in front of it.
        is_new: whether the profile is yet to get its address.
    """

    DEFAULT_CSS = """
    ProfileSection {
        width: 100%;
        height: 1fr;
        padding: 0 0 0 3;
        scrollbar-size-vertical: 1;

        .about { color: $text-faint; margin-bottom: 1; }
        FieldRow { margin: 0 2 1 0; }
    }
    """

    def __init__(
        self, section: Section, profile: BrokerProfile, *, before: Sequence[FieldRow[Any]] = (), is_new: bool = False
    ) -> None:
        super().__init__()
        self.section = section
        self.rows = [*before, *(self._row(FIELDS[words.key], profile, is_new=is_new) for words in section.words)]
        self.first_values = {row.words.key: row.value for row in self.rows}
        """What the rows held before anybody touched them, by key."""

    def compose(self) -> ComposeResult:
        """The line and the rows."""
        yield Static(Content(self.section.about), classes="about")
        yield from self.rows

    @property
    def is_wrong(self) -> bool:
        """Whether something in it is told to be wrong."""
        return any(row.has_class("wrong") for row in self.rows)

    @staticmethod
    def _row(field: Field, profile: BrokerProfile, *, is_new: bool) -> FieldRow[Any]:
        stored: Any = None if is_new and field.key == "url" else value_of(profile, field.key)
        if field.key == "subscriptions":
            return SubscriptionsRow(field.words, stored)
        if field.key == "websocket.headers":
            return HeadersRow(field.words, stored)
        return PairsRow(field.words, stored) if field.kind == Pairs else row_for(field, stored)
