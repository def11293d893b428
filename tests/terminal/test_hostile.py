"""Whatever strangers publish is only ever text: nothing of it commands the terminal, and the program lives on."""

import os
import re
from pathlib import Path
from unicodedata import normalize

from mqtt_tui.text.display_text import display_text
from tests.support.escape_sequences import check_output
from tests.support.hostile_publisher import (
    EVERYTHING,
    MARKUP,
    HostilePublisher,
    Stranger,
    hostile_topics,
    refusal_properties,
    strangers,
)
from tests.support.program import Program
from tests.support.terminal import Terminal
from tests.terminal.conftest import OpenScreen

_SIZE = {"columns": 150, "rows": 90}
_MB = 1_000_000


def cursor_row(terminal: Terminal) -> str:
    """The row under the tree's cursor."""
    return next((line for line in terminal.lines if line.startswith("│▌")), "")


def has_focus(terminal: Terminal) -> bool:
    """Whether the tree has the keyboard, by the colour of its border: that of the cursor."""
    row = next(row for row, line in enumerate(terminal.lines) if line.startswith("│▌"))
    return bool(terminal.screen.buffer[row][0].fg == terminal.screen.buffer[row][1].fg)


async def go(terminal: Terminal, *keys: str) -> None:
    """Press each key and wait until the screen shows something else."""
    for key in keys:
        before = terminal.text
        terminal.press(key)
        await terminal.wait_until(lambda before=before: terminal.text != before, f"an answer to {key}")  # type: ignore[misc]


async def still_lives(terminal: Terminal, broker: HostilePublisher, name: str) -> None:
    """The next ordinary message is shown."""
    await broker.deliver([Stranger(name.encode(), b"all is well")])
    await terminal.wait_for(f"{name}  all is well")


async def test_no_text_of_a_stranger_commands_the_terminal(screen: OpenScreen, tmp_path: Path) -> None:
    async with HostilePublisher() as broker, screen(broker.url, **_SIZE) as terminal:
        await broker.deliver(strangers())
        await still_lives(terminal, broker, "0-first")
        await terminal.wait_for(f"{len(strangers()) + 1} topics")
        terminal.press("o")
        await terminal.wait_for("properties  {", *MARKUP[2:])
        shown = normalize("NFC", terminal.text)
        levels = {level for topic in hostile_topics() for level in topic.split(b"/") if level}
        assert [level for level in levels if normalize("NFC", display_text(level)[:20]) not in shown] == []

        assert has_focus(terminal)
        await _walk_the_tree(terminal)
        await _click_everywhere(terminal)
        await _visit_every_dialog(terminal)
        await still_lives(terminal, broker, "0-second")

        broker.dismiss(0x8B, refusal_properties())  # server shutting down
        await terminal.wait_for("OWNED-REASON", "disconnected")
        terminal.press("ctrl+r")
        await terminal.wait_for("Connected again")
        await still_lives(terminal, broker, "0-third")
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output), copies=True)
    assert os.listdir(tmp_path) in ([], ["data"], ["config"], ["config", "data"])  # no screenshot was written


async def _walk_the_tree(terminal: Terminal) -> None:
    """Each topic in the inspector; of some, every tab and every way to show the payload."""
    terminal.press("home")
    for _ in range(60):
        before = cursor_row(terminal)
        terminal.press("down")
        if "properties" in before:
            break
        await terminal.wait_until(lambda before=before: cursor_row(terminal) != before, "the next row")  # type: ignore[misc]
        if any(word in cursor_row(terminal) for word in ("all[/]", " 0  ", " 1  ", " 3  ", "properties  {")):
            await go(terminal, "]", "]", "v", "v", "v")
    else:
        raise AssertionError("the last row was never reached")


async def _click_everywhere(terminal: Terminal) -> None:
    """Wherever markup could have left a link: the lines of a message, then rows and triangles of the tree."""
    _, draft = terminal.find("─ Publish")
    shown = terminal.lines
    for row in range(terminal.rows - 2, 1, -1):
        for column in range(terminal.columns - 4, 0, -10):
            if shown[row][column : column + 1].strip() and (row < draft or column < 64):
                terminal.click(column, row)
    terminal.click(4, 3)
    await terminal.wait_until(lambda: terminal.lines[3].startswith("│▌"), "the clicks, on all rows to the second")
    terminal.click(6, 2)  # by itself: at the end of a long burst a read may take half of it, which is no click
    await terminal.wait_until(lambda: "0-first" in cursor_row(terminal), "the last click, on the first row")
    terminal.press("2")
    await terminal.wait_until(lambda: not has_focus(terminal), "the message to have the keyboard")


async def _visit_every_dialog(terminal: Terminal) -> None:
    """With the most hostile topic selected: dialogs show its name, the draft takes it."""
    terminal.press("1")
    await terminal.wait_until(lambda: has_focus(terminal), "the tree to have the keyboard")
    terminal.press("O")
    await terminal.wait_gone("evil")
    terminal.press("o")
    await terminal.wait_for("evil")
    terminal.click(*terminal.find("evil"))
    await terminal.wait_until(lambda: "evil" in cursor_row(terminal), "the hostile row")
    for key, word in (
        ("?", "what do you want to do"),
        ("s", "granted QoS 0"),
        ("E", "Export messages"),
        ("Y", "exactly as they came"),
        (":", "Search for commands"),
        ("ctrl+g", "Go to topic"),
        ("ctrl+t", "daylight"),
    ):
        terminal.press(key)
        await terminal.wait_for(word)
        terminal.press("escape")
        await terminal.wait_gone(word)
        await terminal.wait_for("● mqtt://", "evil")
    await go(terminal, "p", "escape", "P", "escape")
    terminal.press("1")


async def test_a_refused_connection_is_told_in_plain_text(screen: OpenScreen) -> None:
    async with HostilePublisher() as broker:
        broker.refusal = 0x87, refusal_properties()  # not authorised
        async with screen(broker.url) as terminal:
            await terminal.wait_for("OWNED-REASON", "refused")
            terminal.press("ctrl+q")
            assert await terminal.exit_code() == 0
            check_output(bytes(terminal.output))


async def test_endless_topics_and_payloads_cost_what_they_weigh(screen: OpenScreen) -> None:
    async with HostilePublisher() as broker, screen(broker.url, "-V", "311", **_SIZE) as terminal:
        await still_lives(terminal, broker, "0-before")
        before = terminal.memory()
        await broker.deliver(
            [
                Stranger(b"long/" + b"x" * 65_530, b"long topic"),
                Stranger(b"deep" + b"/d" * 9_999, b"deep"),
                Stranger(b"/" * 32_768, b"empty levels"),
                Stranger(("wide/" + "\u202e\u200b界" * 7_000).encode(), b"wide"),
            ]
        )
        await terminal.wait_for("long", "deep", "wide")
        terminal.press("o")
        await terminal.wait_until(lambda: "before" in cursor_row(terminal), "the cursor where it was, in sight")
        terminal.press("end")
        await terminal.wait_for("x…")
        await go(terminal, "home", "pagedown", "pagedown", "pagedown", "O")
        await still_lives(terminal, broker, "0-after")
        assert terminal.memory() - before < 50 * _MB

        await broker.deliver([Stranger(b"1-text", b"\x1b[31m" * (4 * _MB)), Stranger(b"1-json", b'{"a":' * (4 * _MB))])
        await terminal.wait_for("json  ", "text  ␛[31m", seconds=30)
        for name in ("1-text", "1-json"):
            terminal.click(*terminal.find(f"{name}  "))
            await terminal.wait_for(f"─ {name} ─", "20.0 MB")
            await go(terminal, "v", "v", "v")
        await still_lives(terminal, broker, "0-again")
        # Kept as they came (40 MB), received (20) and shown: once as text, and a row of 13 bytes to each level.
        assert terminal.memory() - before < 5 * 40 * _MB
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))


def toml_text(text: str) -> str:
    """``text`` as a string of TOML."""
    return '"' + re.sub(r"[^ -~]|[\"\\]", lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def write_profiles(program: Program, *tables: str) -> None:
    """A profiles.toml with one good profile and ``tables``."""
    file = program.home / "config" / "profiles.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(('version = 1\n[profiles.fine]\nurl = "mqtt://localhost"', *tables)))
    file.chmod(0o600)


async def test_hostile_profiles_are_listed_and_edited_as_text(screen: OpenScreen, program: Program) -> None:
    hostile = toml_text(EVERYTHING)
    login = f'url = "mqtt://localhost"\nusername = {hostile}\nclient_id = {hostile}'
    subscription = f"[[profiles.'[nope]'.subscriptions]]\nfilter = {toml_text(EVERYTHING.replace(chr(0), ''))}"
    write_profiles(program, f"[profiles.'[nope]']\n{login}", subscription, f"[profiles.'[@click=app.quit]x']\n{login}")
    async with screen(**_SIZE) as terminal:
        await terminal.wait_for("fine", "[nope]", "[@click=app.quit]x")
        await go(terminal, "end", "e", "escape", "r", "escape", "d", "escape", "delete", "escape")
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))


async def test_a_hostile_stored_filter_is_text_in_the_form_of_subscriptions(
    screen: OpenScreen, program: Program
) -> None:
    hostile = EVERYTHING.replace("\0", "") + "/"
    async with HostilePublisher() as broker:
        subscription = f"[[profiles.hostile.subscriptions]]\nfilter = {toml_text(hostile)}"
        write_profiles(program, f"[profiles.hostile]\nurl = {toml_text(broker.url)}", subscription)
        async with screen("hostile", **_SIZE) as terminal:
            await terminal.wait_for("● mqtt://")
            terminal.press("s")
            await terminal.wait_for("granted QoS 0")
            await go(terminal, "e")
            terminal.press("shift+tab", "shift+tab", "end")
            await go(terminal, "x", "backspace")
            terminal.press("escape", "ctrl+q")
            assert await terminal.exit_code() == 0
            check_output(bytes(terminal.output))


async def test_hostile_mistakes_in_profiles_are_named_as_text(screen: OpenScreen, program: Program) -> None:
    hostile = toml_text(EVERYTHING)
    write_profiles(program, f"[profiles.{hostile}]\nurl = {hostile}\n{hostile} = {hostile}\nprotocol = {hostile}")
    async with screen(**_SIZE) as terminal:
        await terminal.wait_for("fine", "OWNED-TITLE", "nothing is written")
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))
