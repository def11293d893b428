"""Keys: bindings from the command table, and the user's own."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from textual.binding import Binding, BindingType

from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.commands import COMMANDS, Command, Scope, of_scope


def bindings_for(scope: Scope) -> list[BindingType]:
    """The ``BINDINGS`` of the class that owns ``scope``."""
    return [
        Binding(
            command.keys,
            command.action,
            command.title,
            show=command.footer > 0,
            key_display=command.shown or None,
            tooltip=command.help,
            id=command.id,
        )
        for command in of_scope(scope)
    ]


def checked_keymap(keys: Mapping[str, str | Sequence[str]]) -> tuple[dict[str, str], list[str]]:
    """The user's ``[keys]`` as a Textual keymap, and what is wrong with them, each with the nearest right id."""
    known = {command.id for command in COMMANDS}
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for name, wanted in keys.items():
        if name in known:
            keymap[name] = wanted if isinstance(wanted, str) else ",".join(wanted)
            continue
        near = get_close_matches(name, known, 1)
        problems.append(
            f"config.toml: keys.{display_text(name)}: no such command" + (f"; did you mean {near[0]}?" if near else "")
        )
    return keymap, problems


def keys_of(command: Command, keymap: Mapping[str, str]) -> list[str]:
    """The keys of ``command``: the user's where there are some, else its own."""
    return [key for key in keymap.get(command.id, command.keys).split(",") if key]
