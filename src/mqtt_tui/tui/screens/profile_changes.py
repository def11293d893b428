"""Everything that can be done to saved profiles."""

from collections.abc import Callable
from functools import partial

from textual import work
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from mqtt_tui.errors import LocalError, MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import counted
from mqtt_tui.tui.safe import line, tell
from mqtt_tui.tui.widgets.profile_list import ProfileList

_PUBLIC = "Everybody reads and writes there: nothing secret, nothing that matters."


class ProfileChanges(Screen[None]):
    """Makes, changes, tries and removes profiles; a subclass composes a ``ProfileList`` and a box ``#problems``.

    Args:
        repository: the saved profiles.
        is_open: whether the broker of a profile is open in a tab.
    """

    def __init__(self, repository: ProfileRepository, is_open: Callable[[str], bool] = lambda _: False) -> None:
        super().__init__()
        self._is_open = is_open
        self._repository = repository
        self._profiles = repository.load()

    @property
    def _list(self) -> ProfileList:
        return self.query_one(ProfileList)

    # What is shown

    def _reload(self, select: str | None = None) -> None:
        self._profiles = profiles = self._repository.load()
        is_open = set(filter(self._is_open, profiles.entries))
        self._list.show(profiles.by_last_use, profiles.entries, profiles.default, is_open)
        if select is not None:
            self._list.select(select)
        self._list.border_title = Content(f"Brokers  {len(profiles.entries)}" if profiles.entries else "Brokers")
        self._tell_problems()
        self.refresh_bindings()

    def _tell_problems(self) -> None:
        file = self._repository.file
        own = [": ".join(part for part in (one.key, one.reason) if part) for one in self._profiles.problems]
        box = self.query_one("#problems")
        box.display = bool(own)
        box.border_title = Content(display_text(str(file)))
        box.border_subtitle = None if self._profiles.is_writable else Content("nothing is written until this is right")
        box.query_one(Static).update(Content("\n".join(own)))

    # What is changed

    def action_new(self) -> None:
        """Make a profile."""
        from mqtt_tui.tui.screens.profile_editor import ProfileEditor

        if self._is_writable():
            self.app.push_screen(
                ProfileEditor(check_name=self._repository.check_new, save=self._repository.create), self._show_edited
            )

    def action_import(self) -> None:
        """Take over brokers from other programs' files."""
        from mqtt_tui.profiles.importing.sources import usual_files_here
        from mqtt_tui.tui.screens.import_view import ImportView

        if self._is_writable():
            self.app.push_screen(ImportView(usual_files_here(), self._repository), self._show_imported)

    def _show_imported(self, names: list[str] | None) -> None:
        if names:
            self._reload(select=names[0])
            self.notify(f"{counted(len(names), 'broker')} taken over", markup=False)

    @work
    async def action_public(self) -> None:
        """Save a public broker, or go to the one that is saved already."""
        from mqtt_tui.profiles.public_brokers import PUBLIC_BROKERS
        from mqtt_tui.tui.screens.choose import Choose

        if not self._is_writable():
            return
        shown = [
            (name, line(f"{name:<15} ", (profile.endpoint.public, "$text-soft")))
            for name, profile in PUBLIC_BROKERS.items()
        ]
        name = await self.app.push_screen_wait(Choose("Public brokers", shown, "", note=_PUBLIC))
        if name is None:
            return
        if name not in self._profiles.entries:
            self._change(partial(self._repository.create, name, PUBLIC_BROKERS[name]))
        self._reload(select=name)
        self._list.focus()

    def action_edit(self, field: str = "") -> None:
        """Change the selected profile, beginning at ``field``."""
        from mqtt_tui.tui.screens.profile_editor import ProfileEditor

        name = self._list.selected
        if name is None or not self._is_writable():
            return
        editor = ProfileEditor(
            name,
            self._profiles.entries[name],
            check_name=self._check_other_than(name),
            save=partial(self._save_edited, name),
            field=field,
        )
        self.app.push_screen(editor, self._show_edited)

    def _check_other_than(self, name: str) -> Callable[[str], None]:
        return lambda new_name: None if new_name == name else self._repository.check_new(new_name)

    def _save_edited(self, name: str, new_name: str, profile: BrokerProfile) -> None:
        if new_name != name:
            self._repository.rename(name, new_name)
        self._repository.save(new_name, profile)

    def _show_edited(self, edited: tuple[str, BrokerProfile] | None) -> None:
        if edited is not None:
            self._reload(select=edited[0])

    def action_test(self) -> None:
        """Try to connect to the selected broker."""
        from mqtt_tui.tui.screens.test_report import TestReport

        name = self._list.selected
        if name is not None:
            self.app.push_screen(TestReport(name, self._profiles.entries[name]))

    def action_rename(self) -> None:
        """Give the selected profile another name."""
        self._ask_name("Rename", lambda name: name, self._repository.rename)

    def action_duplicate(self) -> None:
        """Copy the selected profile."""
        self._ask_name("Duplicate", self._free_name, self._repository.duplicate)

    def _ask_name(self, what: str, first: Callable[[str], str], change: Callable[[str, str], None]) -> None:
        name = self._list.selected
        if name is None or not self._is_writable():
            return

        def rename(new_name: str | None) -> None:
            if new_name is not None and new_name != name:
                self._change(partial(change, name, new_name), select=new_name)

        from mqtt_tui.tui.screens.name_prompt import NamePrompt

        prompt = NamePrompt(f"{what} {display_text(name)}", first(name), self._check_other_than(name))
        self.app.push_screen(prompt, rename)

    def _free_name(self, name: str) -> str:
        number = 2
        while f"{name}-{number}" in self._profiles.entries:
            number += 1
        return f"{name}-{number}"

    def action_delete(self) -> None:
        """Delete the selected profile, after asking."""
        name = self._list.selected
        if name is None or not self._is_writable():
            return

        def delete(is_sure: bool | None) -> None:
            if is_sure:
                self._change(partial(self._repository.delete, name))

        from mqtt_tui.tui.screens.confirm import Confirm

        details = [display_text(self._profiles.entries[name].endpoint.public), "A password stored in it is gone too."]
        question = f"Delete the profile {display_text(name)}?"
        self.app.push_screen(Confirm(question, details, yes="Delete", is_danger=True), delete)

    def action_default(self) -> None:
        """Connect to the selected broker at each start, or no longer."""
        name = self._list.selected
        if name is not None and self._is_writable():
            self._change(partial(self._repository.set_default, None if name == self._profiles.default else name))

    def _change(self, change: Callable[[], None], *, select: str | None = None) -> None:
        try:
            change()
        except MqttTuiError as error:
            tell(self, error)
        self._reload(select)

    def _is_writable(self) -> bool:
        """Whether profiles can be changed; says why where they cannot."""
        self._reload()
        if not self._profiles.is_writable:
            name = display_text(self._repository.file.name)
            tell(
                self,
                LocalError(
                    f"{name} has problems, so nothing is written to it.",
                    hint="Correct it with an editor, or move it away to begin anew. Connecting works meanwhile.",
                ),
            )
        return self._profiles.is_writable
