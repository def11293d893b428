"""Makes and changes a profile."""

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.screens.profile_fields import FieldRow, TextRow, problem_of, row_for
from mqtt_tui.tui.screens.profile_form import SECTIONS, Field, checked, table_of, value_of
from mqtt_tui.tui.screens.profile_lists import HeadersRow, SubscriptionsRow

_NAME = Field("", "Name", "What you call it, here and as mqtt-tui NAME.", "factory")
_NEW = BrokerProfile(url="mqtt://localhost:1883")
"""What a new profile begins with, but for its address."""


class ProfileEditor(Dialog[tuple[str, BrokerProfile]]):
    """All fields of a profile, each checked as it is typed; what does not apply to the address is not there.

    Args:
        name: of the profile that is edited; empty for a new one.
        profile: what it holds so far.
        check_name: raises MqttTuiError where a name cannot be had.
        save: keeps name and profile, or raises MqttTuiError; nothing that was typed is lost then.
        field: the key to begin at, such as ``username`` after the broker refused it.
    """

    DEFAULT_CSS = """
    ProfileEditor {
        & > #box { width: 92; height: auto; padding: 0 2; }
        .heading { color: $primary; text-style: bold; margin-top: 1; }
        .section { height: auto; }
    }
    """

    def __init__(
        self,
        name: str = "",
        profile: BrokerProfile = _NEW,
        *,
        check_name: Callable[[str], None],
        save: Callable[[str, BrokerProfile], None],
        field: str = "",
    ) -> None:
        super().__init__()
        self.heading = f"Edit {display_text(name)}" if name else "New profile"
        self._old_name = name
        self._profile = profile
        self._check_name = check_name
        self._save = save
        self._first_field = field
        self._first_values: dict[str, object] = {}
        self._touched: set[str] = set()
        self._is_save_tried = False
        self._address_note = ""

    def content(self) -> ComposeResult:
        """The sections."""
        yield TextRow(_NAME, self._old_name)
        for section in SECTIONS:
            with VerticalGroup(classes="section") as group:
                group.display = section.applies(self._profile.endpoint.scheme)
                yield Static(Content(section.heading), classes="heading")
                for field in section.fields:
                    yield self._row(field)

    def _row(self, field: Field) -> FieldRow[Any]:
        stored = value_of(self._profile, field.key)
        if field.key == "url" and self._profile is _NEW:
            stored = None
        match field.key:
            case "subscriptions":
                return SubscriptionsRow(field, stored)
            case "websocket.headers":
                return HeadersRow(field, stored)
        return row_for(field, stored)

    def on_mount(self) -> None:
        """Begin at the field at fault, or at the top."""
        rows = {row.field.key: row for row in self.query(FieldRow)}
        self._first_values = {key: row.value for key, row in rows.items()}
        rows.get(self._first_field, rows[_NAME.key]).begin()
        self._look()

    # Checking

    def on_field_row_changed(self, event: FieldRow.Changed) -> None:
        """Check all fields again: one may depend on another."""
        if not self.is_open:
            return
        if event.row.value != self._first_values[event.row.field.key]:
            self._touched.add(event.row.field.key)
        self._look()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def _look(self) -> tuple[BrokerProfile | None, list[FieldRow[Any]]]:
        """The profile as it stands and the rows in which something is wrong; each says what."""
        self._follow_address()
        rows = [row for row in self.query(FieldRow) if row.parent is None or row.parent.display]
        profile, problems = checked(table_of({row.field.key: row.value for row in rows if row.field is not _NAME}))
        wrong: list[FieldRow[Any]] = []
        for row in rows:
            problem = self._name_problem() if row.field is _NAME else problem_of(row, problems)
            if problem:
                wrong.append(row)
            is_told = self._is_save_tried or row.field.key in self._touched
            row.note(problem if is_told else "", self._address_note if row.field.key == "url" else "")
        return profile, wrong

    def _name_problem(self) -> str:
        try:
            self._check_name(self._text(_NAME.key))
        except MqttTuiError as error:
            return f"{error.message} {error.hint}".strip()
        return ""

    def _text(self, key: str) -> str:
        return next(row.text for row in self.query(TextRow) if row.field.key == key)

    def _follow_address(self) -> None:
        """Show the sections that a broker at this address has."""
        try:
            url = BrokerUrl.parse(self._text("url"))
        except InvalidUrl:
            self._address_note = ""
            return
        self._address_note = _described(url)
        for group, section in zip(self.query(".section"), SECTIONS, strict=True):
            group.display = section.applies(url.scheme)

    def result(self) -> tuple[str, BrokerProfile] | None:
        """Name and profile, saved; otherwise the focus goes to the first thing that is wrong."""
        self._is_save_tried = True
        profile, wrong = self._look()
        if wrong or profile is None:
            wrong[0].begin()
            return None
        name = self._text(_NAME.key)
        try:
            self._save(name, profile)
        except MqttTuiError as error:
            tell(self, error)
            return None
        return name, profile


def _described(url: BrokerUrl) -> str:
    """What an address means."""
    how = {
        Scheme.TCP: "Unencrypted to",
        Scheme.TLS: "TLS to",
        Scheme.WEBSOCKET: "Unencrypted WebSocket to",
        Scheme.SECURE_WEBSOCKET: "WebSocket over TLS to",
        Scheme.UNIX: "The Unix socket",
    }[url.scheme]
    return f"{how} {display_text(url.address + url.path)}"
