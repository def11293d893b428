"""The command palette: every command that works now, by name."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from mqtt_tui.tui.commands import COMMANDS, Command, Scope
from mqtt_tui.tui.keymap import command_id

_TITLE_CELLS = 20


class CommandTable(Provider):
    """Lists the command table, each with its key."""

    def _usable(self) -> list[tuple[Command, str, str]]:
        keys: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            if active.enabled and (name := command_id(active.binding)):
                keys.setdefault(name, (active.binding.key, self.app.get_key_display(active.binding)))
        usable = [(command, *keys[command.id]) for command in COMMANDS if command.id in keys]
        return sorted(usable, key=lambda each: each[0].scope is Scope.APP)  # what belongs to this place first

    def _label(self, command: Command, shown: str, title: Content) -> Content:
        """One line: name, key, help."""
        gap = " " * max(2, _TITLE_CELLS - title.cell_length)
        return Content.assemble(title, gap, (f"{shown:<7}", "bold $key"), (command.help, "$text-soft not bold"))

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command, key, shown in self._usable():
            label = self._label(command, shown, Content(command.title))
            yield DiscoveryHit(label, partial(self.app.simulate_key, key), text=command.title)

    async def search(self, query: str) -> Hits:
        """Those whose name or help answers to what was typed."""
        matcher = self.matcher(query)
        for command, key, shown in self._usable():
            score = max(matcher.match(command.title), matcher.match(command.help) * 0.5)
            if score > 0:
                label = self._label(command, shown, matcher.highlight(command.title))
                yield Hit(score, label, partial(self.app.simulate_key, key), text=command.title)
