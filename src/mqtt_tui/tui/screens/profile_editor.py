"""Makes and changes a profile."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import to_builtins
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.profiles.fields import checked, table_of, value_of
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.proxy_url import InvalidProxyUrl, environment_proxy
from mqtt_tui.profiles.sections import SECTIONS
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme
from mqtt_tui.profiles.words import Words
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.screens.profile_fields import FieldRow, TextRow
from mqtt_tui.tui.screens.profile_section import ProfileSection
from mqtt_tui.tui.widgets.footer_bar import FooterBar
from mqtt_tui.tui.widgets.tab_strip import Tab, TabStrip

_NAME = Words("", "Name", "What you call it, here and as mqtt-tui NAME.", placeholder="factory")
_NEW = BrokerProfile(url="mqtt://localhost:1883")
"""What a new profile begins with, but for its address."""
_TABS = tuple(section for section in SECTIONS if not section.list_of)
_IS_OF: Mapping[str, Callable[[Scheme], bool]] = {
    "": lambda _: True,
    "tls": lambda scheme: scheme.is_secure,
    "websocket": lambda scheme: scheme.is_websocket,
}
"""Whether a broker that is reached so has what a section is for, by ``Section.only``."""


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
        & > #box { width: 92; height: 34; padding: 0; }
        TabStrip { margin: 1 2; }
    }
    """
    BINDINGS = bindings_for(Scope.EDITOR)

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
        self._sections: dict[str, ProfileSection] = {}
        self._touched: set[str] = set()
        self._is_save_tried = False
        self._address_note = ""
        self._scheme, self._host = profile.endpoint.scheme, profile.endpoint.host
        self._tab = _TABS[0].title

    def compose(self) -> ComposeResult:
        """The box does not scroll: the section does, below its tab."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.heading)
            yield from self.content()
        yield FooterBar()

    def content(self) -> ComposeResult:
        """The tabs; each gets its section when it is chosen first: all together take a second."""
        yield TabStrip()

    async def on_mount(self) -> None:
        """Begin at the field at fault, or at the top."""
        await self._show(_TABS[0].title)  # whose rows say what tabs there are
        key = self._first_field
        first = next((one.title for one in _TABS if any(words.key == key for words in one.words)), self._tab)
        await self._show(first)
        self._look()
        section = self._sections[self._tab]
        next((row for row in section.rows if row.words.key == key), section.rows[0]).begin()

    # Tabs

    @property
    def _titles(self) -> list[str]:
        return [section.title for section in _TABS if _IS_OF[section.only](self._scheme)]

    async def _show(self, title: str) -> None:
        """Show one section."""
        self._tab = title
        if title not in self._sections:
            section = next(one for one in _TABS if one.title == title)
            name = [TextRow(_NAME, self._old_name)] if section is _TABS[0] else []
            new = ProfileSection(section, self._profile, before=name, is_new=self._profile is _NEW)
            self._sections[title] = new
            await self.query_one("#box").mount(new)
        for one, widget in self._sections.items():
            widget.display = one == title

    def _show_tabs(self) -> None:
        """Name the sections that there are, and those where something is wrong."""
        wrong = {title for title, section in self._sections.items() if section.is_wrong}
        tabs = [Tab(title, title, title[:7], "✗" if title in wrong else "") for title in self._titles]
        self.query_one(TabStrip).show(tabs, self._tab, "")

    async def on_tab_strip_chosen(self, event: TabStrip.Chosen) -> None:
        """A click."""
        await self._choose(event.name)

    async def action_tab(self, by: int) -> None:
        """The next tab or the previous one, round and round."""
        titles = self._titles
        await self._choose(titles[(titles.index(self._tab) + by) % len(titles)])

    async def _begin_at(self, row: FieldRow[Any]) -> None:
        await self._show(next(title for title, section in self._sections.items() if row in section.rows))
        self._show_tabs()
        row.begin()

    async def _choose(self, title: str) -> None:
        await self._show(title)
        self._look()
        self._sections[title].rows[0].begin()

    # Checking

    def on_field_row_changed(self, event: FieldRow.Changed) -> None:
        """Check all fields again: one may depend on another."""
        if not self.is_open:
            return
        key = event.row.words.key
        firsts = next(section.first_values for section in self._sections.values() if event.row in section.rows)
        if event.row.value != firsts.get(key, event.row.value):
            self._touched.add(key)
        self._look()

    def on_input_submitted(self) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    def _look(self) -> tuple[BrokerProfile | None, list[FieldRow[Any]]]:
        """The profile as it stands and the rows in which something is wrong; each says what."""
        self._follow_address()
        rows = [row for title in self._titles if title in self._sections for row in self._sections[title].rows]
        profile, problems = checked(table_of(self._untouched() | {row.words.key: row.value for row in rows[1:]}))
        wrong: list[FieldRow[Any]] = []
        for row in rows:
            problem = self._name_problem() if row.words is _NAME else row.problem_in(problems)
            if problem:
                wrong.append(row)
            is_told = self._is_save_tried or row.words.key in self._touched
            row.note(problem if is_told else "", self._special_help(row.words.key))
        self._show_tabs()
        return profile, wrong

    def _untouched(self) -> dict[str, object]:
        """What the profile holds under the tabs that were not opened."""
        closed = [one for one in _TABS if one.title in self._titles and one.title not in self._sections]
        keys = [words.key for section in closed for words in section.words]
        return {key: to_builtins(value_of(self._profile, key)) for key in keys}

    def _special_help(self, key: str) -> str:
        if key == "url":
            return self._address_note
        return proxy_of_environment(self._host) if key == "proxy.from_environment" else ""

    def _name_problem(self) -> str:
        try:
            self._check_name(self._text(_NAME.key))
        except MqttTuiError as error:
            return f"{error.message} {error.hint}".strip()
        return ""

    def _text(self, key: str) -> str:
        rows = self._sections[_TABS[0].title].rows
        return next(row.text for row in rows if isinstance(row, TextRow) and row.words.key == key)

    def _follow_address(self) -> None:
        """Which sections a broker at this address has."""
        try:
            url = BrokerUrl.parse(self._text("url"))
        except InvalidUrl:
            self._address_note = ""
            return
        self._address_note = _described(url)
        self._scheme, self._host = url.scheme, url.host

    def action_test(self) -> None:
        """Connect as it stands, saved or not."""
        profile = self._whole(needs_name=False)
        if profile is not None:
            from mqtt_tui.tui.screens.test_report import TestReport

            self.app.push_screen(TestReport(self._text(_NAME.key), profile))

    def _whole(self, *, needs_name: bool) -> BrokerProfile | None:
        """The profile as it stands; where something is wrong, the focus goes to the first of it."""
        self._is_save_tried = True
        profile, wrong = self._look()
        wrong = [row for row in wrong if needs_name or row.words is not _NAME]
        if wrong:
            self.run_worker(self._begin_at(wrong[0]))
        return None if wrong else profile

    def result(self) -> tuple[str, BrokerProfile] | None:
        """Name and profile, saved; otherwise the focus goes to the first thing that is wrong."""
        profile = self._whole(needs_name=True)
        if profile is None:
            return None
        name = self._text(_NAME.key)
        try:
            self._save(name, profile)
        except MqttTuiError as error:
            tell(self, error)
            return None
        return name, profile


def proxy_of_environment(host: str) -> str:
    """What the environment says of a proxy for ``host``; safe to show."""
    try:
        variable, proxy = environment_proxy(host)
    except InvalidProxyUrl as error:
        return error.message
    if not variable:
        return "The environment names no proxy: neither MQTT_PROXY nor ALL_PROXY is set."
    return f"{variable} names {proxy.public}." if proxy else f"{variable} is set, and NO_PROXY leaves this host out."


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
