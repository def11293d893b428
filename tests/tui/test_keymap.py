from textual.binding import Binding

from mqtt_tui.tui.commands import COMMANDS, Scope
from mqtt_tui.tui.keymap import bindings_for, checked_keymap, command_id, keys_of


def test_every_command_has_an_id_of_its_own_and_no_two_share_a_key_in_one_place() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    keys = [(command.scope, key) for command in COMMANDS for key in keys_of(command, {})]
    assert len(set(keys)) == len(keys)


def test_only_keys_that_type_nothing_work_in_inputs_whatever_the_user_chose() -> None:
    keymap, problems = checked_keymap({"app.quit": "ctrl+q,Q", "app.help": "question_mark"})
    assert problems == []
    for binding in bindings_for(Scope.APP):
        assert isinstance(binding, Binding)
        keys = keymap.get(binding.id or "", binding.key).split(",")
        if binding.priority and command_id(binding) in ("app.quit", "app.help"):
            assert not {"Q", "question_mark"} & set(keys)
    quit_command = next(command for command in COMMANDS if command.id == "app.quit")
    assert sorted(keys_of(quit_command, keymap)) == ["Q", "ctrl+q"]


def test_wrong_ids_wrong_keys_and_clashes_are_named() -> None:
    _, problems = checked_keymap({"explorer.freze": "f", "explorer.zoom": "ctrl+", "explorer.freeze": "p"})
    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "keys.explorer.freze: no such command; did you mean explorer.freeze?",
        "keys.explorer.zoom: 'ctrl+' is no key; like f, F, f8, ctrl+f, space, full_stop",
        "keys.explorer.freeze: p is the key of explorer.publish already",
    ]
