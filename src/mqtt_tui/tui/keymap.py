"""Keys: bindings from the command table, and the user's own."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from textual.binding import Binding, BindingType
from textual.keys import Keys, key_to_character

from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.commands import COMMANDS, Command, Scope, of_scope

_ALWAYS = "!"
"""Ends the ids of bindings that work over dialogs and in inputs; the user's keys are of one kind or the other."""
_MODIFIERS = re.compile(r"^(?:(?:ctrl|shift|alt|meta|super|hyper)\+)*")
_FUNCTION_KEY = re.compile(r"f(?:[1-9]|1\d|2[0-4])")
_NAMED_KEYS = {key.value for key in Keys} | {"slash", "space", "minus"}


def bindings_for(scope: Scope) -> list[BindingType]:
    """The ``BINDINGS`` of the class that owns ``scope``.

    Keys of the whole program that type nothing (ctrl+q, f1) work over dialogs and in inputs as well.
    """
    return [
        Binding(
            key,
            command.action,
            command.title,
            show=command.footer > 0,
            key_display=command.shown if number == 0 and command.shown else None,
            tooltip=command.help,
            id=_binding_id(command, key),
            priority=_works_always(command, key),
        )
        for command in of_scope(scope)
        for number, key in enumerate(command.keys.split(","))
    ]


def command_id(binding: Binding) -> str:
    """Which command ``binding`` belongs to; empty for one of Textual's own."""
    return (binding.id or "").removesuffix(_ALWAYS)


def _works_always(command: Command, key: str) -> bool:
    types_nothing = key.startswith("ctrl+") or _FUNCTION_KEY.fullmatch(key) is not None
    return command.scope is Scope.APP and types_nothing


def _binding_id(command: Command, key: str) -> str:
    return command.id + _ALWAYS if _works_always(command, key) else command.id


def checked_keymap(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The user's ``[keys]`` as a Textual keymap, and what is wrong with them, each with the nearest right id."""
    known = {command.id: command for command in COMMANDS}
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for name, wanted in keys.items():
        where = f"config.toml: keys.{display_text(name)}"
        wrong = [key for key in wanted.split(",") if wanted and not _is_key(key)]
        if name not in known:
            near = get_close_matches(name, known, 1)
            problems.append(f"{where}: no such command" + (f"; did you mean {near[0]}?" if near else ""))
        elif wrong:
            problems.append(f"{where}: {display_text(wrong[0])!r} is no key; like f, F, f8, ctrl+f, space, full_stop")
        else:
            for binding_id in {_binding_id(known[name], key) for key in (known[name].keys + "," + wanted).split(",")}:
                own = [key for key in wanted.split(",") if key and _binding_id(known[name], key) == binding_id]
                keymap[binding_id] = ",".join(own)
    return keymap, problems + _clashes(known, keymap)


def _is_key(name: str) -> bool:
    bare = _MODIFIERS.sub("", name)
    if len(bare) == 1:
        return bare.isprintable()
    return bare in _NAMED_KEYS or _FUNCTION_KEY.fullmatch(bare) is not None or key_to_character(bare) is not None


def _clashes(known: Mapping[str, Command], keymap: Mapping[str, str]) -> list[str]:
    """Commands of one place that the user put on a key that another one has."""
    taken: dict[tuple[Scope, str], str] = {}
    problems: list[str] = []
    for command in sorted(known.values(), key=lambda command: any(each in keymap for each in _ids(command))):
        for key in keys_of(command, keymap):
            other = taken.setdefault((command.scope, key), command.id)
            if other != command.id:
                problems.append(f"config.toml: keys.{command.id}: {key} is the key of {other} already")
    return problems


def keys_of(command: Command, keymap: Mapping[str, str]) -> list[str]:
    """The keys of ``command``: the user's where there are some, else its own."""
    own = [keymap[each] for each in _ids(command) if each in keymap]
    return [key for key in ",".join(own or [command.keys]).split(",") if key]


def _ids(command: Command) -> tuple[str, str]:
    return command.id, command.id + _ALWAYS
