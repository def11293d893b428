"""Taking over brokers from other programs' files, seen before anything is saved."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from mqtt_tui.background import in_background
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.importing.sources import read_source
from mqtt_tui.profiles.importing.taking import brings_private_key, free_name, holds_secrets, take
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import counted
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import Part, line, tell
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.log_list import LogList, LogRow
from mqtt_tui.tui.widgets.shown_input import ShownInput

_NAME = 20  # cells


class ImportView(Dialog[list[str]]):
    """What the files hold, a mark at each that is to be saved; the result is the names of the saved ones.

    Args:
        files: to begin with.
        repository: where they are saved.
    """

    DEFAULT_CSS = """
    ImportView {
        & > #box { width: 100; height: 30; padding: 1 1 0 1; }
        .path { height: 1; layout: horizontal; margin: 0 1; }
        .path > .label { width: 6; }
        .path > ShownInput { width: 1fr; }
        #sources { margin: 1 1 0 1; height: auto; max-height: 6; color: $text-soft; }
        LogList { height: 1fr; margin-top: 1; }
        #details { height: auto; min-height: 4; max-height: 9; border-top: solid $line; padding: 0 1; }
    }
    """
    BINDINGS = bindings_for(Scope.IMPORT)
    heading = "Import"

    def __init__(self, files: Sequence[Path], repository: ProfileRepository) -> None:
        super().__init__()
        self._files = files
        self._repository = repository
        self._names: list[str] = []
        self._candidates: list[Candidate] = []
        self._chosen: set[int] = set()
        self._saved: list[str] = []
        self._with_secrets = False
        self._path = ShownInput(placeholder="of a file: settings.json, an export, MQTTX.db, profiles.toml …")
        self._sources = Static(id="sources")
        self._list = LogList()
        self._details = Static()

    def content(self) -> ComposeResult:
        """The file, what is in it, and the chosen one in full."""
        with Vertical(classes="path"):
            yield Static(Content("Path"), classes="label")
            yield self._path
        yield self._sources
        yield self._list
        with Vertical(id="details"):
            yield self._details

    def on_mount(self) -> None:
        """Show what the files hold."""
        self._read(self._files)

    @on(Input.Submitted)
    def _path_typed(self) -> None:
        if self._path.value.strip():
            self._read([Path(self._path.value.strip()).expanduser()])

    @work(exclusive=True)
    async def _read(self, files: Sequence[Path]) -> None:
        said: list[Content] = []
        self._candidates, self._names, self._chosen = [], [], set()
        taken = set(self._repository.load().entries)
        for file in files:
            try:
                source = await in_background(partial(read_source, file))
            except MqttTuiError as error:
                said.append(line((error.message, "$error"), f" {error.hint}"))
                continue
            said.append(
                Content(f"{display_text(str(file))}: {source.kind}, {counted(len(source.candidates), 'broker')}")
            )
            said += [line((note, "$warning")) for note in source.notes]
            for candidate in source.candidates:
                name = free_name(candidate.name, taken, self._repository.commands)
                taken.add(name)
                self._names.append(name)
                self._candidates.append(candidate)
        self._chosen = set(range(len(self._candidates)))
        nothing = line("Nothing was found in the usual places of MQTT Explorer, MQTTX and the mosquitto clients.")
        self._sources.update(Content("\n").join(said) if said else nothing)
        self._show()
        (self._list if self._candidates else self._path).focus()

    def _show(self) -> None:
        rows = []
        for number, (candidate, name) in enumerate(zip(self._candidates, self._names, strict=True)):
            sign, style = ("✓", "good") if number in self._chosen else ("·", "faint")
            text = f"{name:<{_NAME}} {display_text(candidate.profile.endpoint.public)}"
            notes = len(candidate.notes)
            rows.append(LogRow("", sign, style, text, f"{notes} {'note' if notes == 1 else 'notes'}" if notes else ""))
        at = self._list.at
        self._list.show(rows)
        self._list.move(at - self._list.at)
        self._tell()

    def on_log_list_moved(self) -> None:
        """Another one is under the cursor."""
        self._tell()

    def _tell(self) -> None:
        if self._list.at >= len(self._candidates):
            self._details.update(Content(""))
            return
        candidate = self._candidates[self._list.at]
        profile = candidate.profile
        filters = ", ".join(display_text(one.filter) for one in profile.subscriptions)
        parts: list[Part] = [(f"subscribes to {filters}", "$text-soft")]
        if holds_secrets(candidate):
            how = "are taken over and stored" if self._with_secrets else "stay there: it will ask for them"
            parts.append(f"\nIts secrets {how} (p changes that).")
        if brings_private_key(candidate):
            how = "come along, into files" if self._with_secrets else "stay there"
            parts.append(f"\nIts client certificate and private key {how} (p changes that).")
        parts += [(f"\n{note}", "$warning") for note in candidate.notes]
        self._details.update(line(*parts))

    def action_mark(self) -> None:
        """Save this one, or do not."""
        self._chosen ^= {self._list.at} & set(range(len(self._candidates)))
        self._show()

    def action_secrets(self) -> None:
        """Take over passwords, or leave them there."""
        self._with_secrets = not self._with_secrets
        self._tell()

    def result(self) -> list[str] | None:
        """Save the marked ones; what cannot be is told, and stays."""
        for number in sorted(self._chosen):
            try:
                take(
                    self._candidates[number],
                    self._names[number],
                    self._repository,
                    with_secrets=self._with_secrets,
                )
            except MqttTuiError as error:
                tell(self, error)
                self._show()
                return None
            self._chosen.remove(number)
            self._saved.append(self._names[number])
        return self._saved or None

    def action_cancel(self) -> None:
        """Leave; what was saved before something went wrong is saved."""
        self.dismiss(self._saved or None)
