"""What is loaded when: start-up is paid for by everybody."""

import json
import subprocess
import sys

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
)


def modules_after(code: str) -> set[str]:
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
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
