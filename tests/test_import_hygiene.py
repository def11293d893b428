"""What is loaded when: start-up is paid for by everybody."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CORE = (
    "errors",
    "model",
    "text",
    "config",
    "profiles",
    "decoders",
    "store",
    "query",
    "connection",
    "recording",
    "demo",
    "benchmark",
)


def modules_after(code: str) -> set[str]:
    return printed(f"{code}\nprint(json.dumps(sorted(sys.modules)))")


def printed(code: str) -> set[str]:
    script = f"import json, sys\n{code}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("package", CORE)
def test_core_packages_load_no_screen_toolkit(package: str) -> None:
    code = (
        f"import importlib, pkgutil, mqtt_tui.{package} as p\n"
        "for m in pkgutil.walk_packages(getattr(p, '__path__', []), p.__name__ + '.'): importlib.import_module(m.name)"
    )
    assert modules_after(code) & {"textual", "rich"} == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["profiles", "path"]])
def test_small_commands_load_neither_screen_nor_client(arguments: list[str]) -> None:
    code = (
        "import contextlib, io\nfrom mqtt_tui.cli.main import main\n"
        f"sys.argv = ['mqtt-tui', *{arguments!r}]\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()"
    )
    assert modules_after(code) & {"textual", "aiomqtt", "paho.mqtt", "tomli_w"} == set()


WORDS = {"mqtt_tui.profiles"} | {
    f"mqtt_tui.profiles.{name}" for name in ("sections", "words", "words_broker", "words_session")
}
"""What the flags of a profile are called; these import nothing."""


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_help_reads_no_files_and_needs_no_event_loop(argument: str) -> None:
    code = (
        "import contextlib, io\nfrom mqtt_tui.cli.main import main\n"
        f"sys.argv = ['mqtt-tui', {argument!r}]\n"
        "with contextlib.redirect_stdout(io.StringIO()): main()"
    )
    loaded = modules_after(code)
    assert loaded & {"asyncio", "msgspec", "platformdirs", "importlib.metadata"} == set()
    others = not_needed(loaded, "config", "profiles", "session", "store", "connection", "recording", "demo")
    assert others <= WORDS


def test_the_start_screen_is_painted_before_anything_is_loaded_that_a_broker_needs(tmp_path: Path) -> None:
    loaded = modules_at_first_paint(tmp_path, "")
    assert not_needed(loaded, "session", "store.topic", "query", "connection", "recording", "demo") == set()
    assert loaded & {"aiomqtt", "paho.mqtt", "importlib.metadata", "tomli_w", "cbor2"} == set()
    assert screens(loaded) == {"connections", "profile_changes"}


def test_the_explorer_is_painted_before_the_mqtt_client_is_loaded_and_other_screens_when_opened(tmp_path: Path) -> None:
    loaded = modules_at_first_paint(tmp_path, "targets=(Target('nobody', BrokerProfile(url='mqtt://127.0.0.1:1')),)")
    assert not_needed(loaded, "connection.mqtt", "recording", "demo") == set()
    assert loaded & {"aiomqtt", "paho.mqtt", "importlib.metadata", "tomli_w", "cbor2"} == set()
    assert screens(loaded) == {
        "explorer",
        "connection_actions",
        "message_actions",
        "panes",
        "protected",
        "link_news",
        "secret_prompt",
        "dialog",
    }


def modules_at_first_paint(directory: Path, first: str) -> set[str]:
    """What is loaded when the first screen with a footer has been painted; ``first`` is an argument of ``Launch``."""
    script = f"""
from pathlib import Path
from mqtt_tui.config.settings import Settings
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.app import MqttTuiApp
from mqtt_tui.tui.launch import Launch

loaded = []

def note(app):
    if not loaded and any(footer.size for footer in app.screen.query("FooterBar")):
        loaded.extend(sys.modules)
        app.exit()

MqttTuiApp.post_display_hook = note  # a class of its own would need a file of its own
repository = ProfileRepository(Path({str(directory)!r}))
MqttTuiApp(Launch(repository=repository, settings=Settings(), {first})).run(headless=True)
print(json.dumps(loaded))
"""
    return printed(script)


def not_needed(loaded: set[str], *packages: str) -> set[str]:
    """Modules of ``packages`` that are loaded all the same."""
    prefixes = tuple(f"mqtt_tui.{package}" for package in packages)
    return {name for name in loaded if name.startswith(prefixes)}


def screens(loaded: set[str]) -> set[str]:
    """Those that are loaded."""
    prefix = "mqtt_tui.tui.screens."
    return {name.removeprefix(prefix) for name in loaded if name.startswith(prefix)}
