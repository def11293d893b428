"""Draw screenshots/ with the real program in a real terminal: ``python -m scripts.screenshots [NAME …]``."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.blaster import Blaster
from bench.shapes import D
from mqtt_tui.demo.serve import Demo
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.url import BrokerUrl
from scripts.terminal_picture import write_picture
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

_PICTURES = Path(__file__).parents[1] / "screenshots"
_THEMES = ("dusk", "daylight", "signal")
_SETTLED = 10.0
"""Seconds after which the sparklines are full and every machine has spoken."""
_FOCUSED = 0.5
"""Seconds after which another field has the keyboard."""
_AT_ONCE = 3
_TOPIC = "factory/hall-2/press-05/state"
_PORT = 1883
_FLOOD = 100_000

Act = Callable[[Terminal], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture."""

    name: str
    act: Act
    columns: int = 120
    rows: int = 40
    theme: str = "dusk"
    arguments: tuple[str, ...] = ("factory",)


async def explorer(terminal: Terminal) -> None:
    """A topic of a machine, with its message."""
    await terminal.wait_for("msg/s", "factory")
    await asyncio.sleep(_SETTLED)
    terminal.press("ctrl+g")
    await terminal.wait_for("Go to topic")
    terminal.type(_TOPIC)
    await terminal.wait_until(lambda: _TOPIC in terminal.text, "the topic")
    terminal.press("enter")
    await terminal.wait_gone("Go to topic")
    await terminal.wait_for("press-05")


async def inspector(terminal: Terminal) -> None:
    """The properties of a message."""
    await explorer(terminal)
    terminal.press("2")
    await terminal.wait_for("wrap")
    terminal.press("]")
    await terminal.wait_for("Received")


async def publish(terminal: Terminal) -> None:
    """A request that was sent, and what the broker answered."""
    await explorer(terminal)
    terminal.press("p")
    await terminal.wait_for("ctrl+j send", f"topic    {_TOPIC}")
    column, row = terminal.find(f"topic    {_TOPIC}")
    terminal.click(column + 12, row)
    await asyncio.sleep(_FOCUSED)
    terminal.press("end")
    await asyncio.sleep(_FOCUSED)
    terminal.press(*["backspace"] * len("state"))
    await asyncio.sleep(_FOCUSED)
    terminal.type("set")
    await terminal.wait_for("press-05/set")
    terminal.press("enter")
    await asyncio.sleep(_FOCUSED)
    terminal.type('{"speed": 12}')
    await terminal.wait_for('"speed": 12')
    terminal.press("ctrl+j")
    await terminal.wait_for("acknowledged")


async def subscriptions(terminal: Terminal) -> None:
    """What is subscribed to."""
    await explorer(terminal)
    terminal.press("s")
    await terminal.wait_for("granted")


async def help_screen(terminal: Terminal) -> None:
    """All commands."""
    await explorer(terminal)
    terminal.press("?")
    await terminal.wait_for("what do you want to do")


async def flood(terminal: Terminal) -> None:
    """A hundred thousand topics, a hundred thousand messages a second."""
    await terminal.wait_for("100k topics")
    terminal.press("o", "home")
    await asyncio.sleep(_SETTLED)


async def connections(terminal: Terminal) -> None:
    """The saved brokers."""
    await terminal.wait_for("Quick connect", "workshop")


async def editor(terminal: Terminal) -> None:
    """A profile that is changed: TLS."""
    await connections(terminal)
    terminal.press("down", "down", "e")
    await terminal.wait_for("Edit plant-2")
    for title in ("What is subscribed", "How the broker proves"):
        terminal.press("f6")
        await terminal.wait_for(title)


async def test_report(terminal: Terminal) -> None:
    """A try to connect, step by step."""
    await connections(terminal)
    terminal.press("t")
    await terminal.wait_for("lets us in")


async def broker(terminal: Terminal) -> None:
    """The connection: granted and asked for."""
    await explorer(terminal)
    terminal.press("I")
    await terminal.wait_for("least")


async def events(terminal: Terminal) -> None:
    """What the connection went through."""
    await explorer(terminal)
    terminal.press("e")
    await terminal.wait_for("Subscribed to #")


async def side_by_side(terminal: Terminal) -> None:
    """One topic on two brokers."""
    await explorer(terminal)
    terminal.press("S")
    await terminal.wait_for("Quick connect", "factory  open")
    terminal.press("end", "enter")
    await terminal.wait_for("● staging", "factory +")
    await explorer(terminal)
    terminal.press("B")
    await terminal.wait_for("the payloads")


def scenes() -> list[Scene]:
    """All pictures."""
    sizes = ((80, 24), (120, 40), (240, 60))
    return [
        *(
            Scene(name=f"explorer-{theme}-{columns}x{rows}", act=explorer, columns=columns, rows=rows, theme=theme)
            for theme in _THEMES
            for columns, rows in sizes
        ),
        Scene(name="connections", act=connections, arguments=()),
        Scene(name="profile-editor", act=editor, arguments=()),
        Scene(name="test-report", act=test_report, arguments=()),
        Scene(name="broker", act=broker, columns=160),
        Scene(name="events", act=events),
        Scene(name="side-by-side", act=side_by_side),
        Scene(name="inspector-properties", act=inspector),
        Scene(name="publish", act=publish),
        Scene(name="subscriptions", act=subscriptions),
        Scene(name="help", act=help_screen),
        Scene(name="flood", act=flood, columns=160, rows=45, arguments=()),
    ]


def _profiles(port: int) -> str:
    return f"""version = 1
[profiles.factory]
url = "mqtt://127.0.0.1:{port}"
[profiles.plant-2]
url = "mqtts://broker.plant-2.example:8883"
username = "ops"
password = {{ env = "PLANT_PASSWORD" }}
group = "plants"
protect = "ask"
[profiles.workshop]
url = "ws://gateway.example/mqtt"
protocol = "3.1.1"
[profiles.staging]
url = "mqtt://localhost:{port}"
group = "plants"
"""


def _zoom(scene: Scene) -> float:
    """Small files, readable letters."""
    return 0.5 if scene.columns > 200 else 0.8 if scene.columns > 100 else 1.0


async def draw(scene: Scene, home: Path, port: int) -> None:
    """Play ``scene`` and write its picture."""
    config = home / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'theme = "{scene.theme}"\n')
    (config / "profiles.toml").write_text(_profiles(port))
    (config / "profiles.toml").chmod(0o600)
    environment = Program(home).environment | {"COLORTERM": "truecolor", "TZ": "UTC"}
    size = {"columns": scene.columns, "rows": scene.rows}
    async with Terminal(COMMAND, *scene.arguments, environment=environment, **size) as terminal:
        await scene.act(terminal)
        await asyncio.sleep(0.2)  # the rest of the last frame
        file = write_picture(terminal.screen, _PICTURES / scene.name, zoom=_zoom(scene))
        print(f"{file.name}  {file.stat().st_size // 1000} kB", flush=True)


async def serve_demo(stack: AsyncExitStack) -> int:
    """Serve the demo as long as ``stack``; its port, the usual one where that is free."""
    try:
        served = await stack.enter_async_context(Demo(port=_PORT))
    except LocalError:
        served = await stack.enter_async_context(Demo())
    return BrokerUrl.parse(served.url).port or 0


async def main() -> None:
    """Draw them all, a few at a time."""
    _PICTURES.mkdir(exist_ok=True)
    turn = asyncio.Semaphore(_AT_ONCE)
    wanted = [scene for scene in scenes() if not sys.argv[1:] or scene.name in sys.argv[1:]]
    with TemporaryDirectory() as directory:
        home = Path(directory)
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            port = await serve_demo(stack)

            async def draw_in_turn(scene: Scene) -> None:
                async with turn:
                    with Blaster(D, count=_FLOOD * 60, rate=_FLOOD) if scene.act is flood else nullcontext() as sender:
                        url = (f"mqtt://127.0.0.1:{sender.port}", "-V", "311") if sender else scene.arguments
                        await draw(replace(scene, arguments=url), home / scene.name, port)

            for scene in wanted:
                group.create_task(draw_in_turn(scene))


if __name__ == "__main__":
    asyncio.run(main())
