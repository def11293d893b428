"""The explorer on a broker that the test plays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from mqtt_tui.config.settings import Settings
from mqtt_tui.connection.state import Connecting, Disconnected
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.app import MqttTuiApp
from mqtt_tui.tui.launch import Launch
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.widgets.payload_view import PayloadView
from tests.support.fake_transport import FakeBroker
from tests.support.frames import frame_text


class Opened:
    """The application on a fake broker, its clock driven by hand."""

    def __init__(self, app: MqttTuiApp, pilot: Pilot[int], broker: FakeBroker) -> None:
        self.app = app
        self.pilot = pilot
        self.broker = broker

    @property
    def explorer(self) -> Explorer:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Explorer))

    async def frame(self) -> None:
        self.explorer.clock.tick()
        await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the application work until ``condition`` holds."""
        for _ in range(500):
            if condition():
                return
            await self.pilot.pause()
        raise AssertionError("it did not come about")

    async def until_soon(self, condition: Callable[[], bool]) -> None:
        """The same where something outside of the application has to happen."""
        async with asyncio.timeout(10):
            while not condition():
                await self.pilot.pause(0.01)

    @property
    def shown(self) -> str:
        """The payload as it is painted."""
        return frame_text(self.explorer.query_one(PayloadView))

    def has_answer(self) -> bool:
        return not isinstance(self.explorer.session.connection.state, Disconnected | Connecting)

    async def select(self, topic: str) -> None:
        node = self.explorer.session.store.find(topic.encode())
        assert node is not None
        self.explorer.topic_tree.select(node)
        await self.pilot.pause()

    def toasts(self) -> list[str]:
        return [notification.message for notification in self.app._notifications]


_FAKE = Target("fake", BrokerProfile(url="mqtt://fake.invalid:1883"))


@asynccontextmanager
async def opened(
    tmp_path: Path, broker: FakeBroker, size: tuple[int, int] = (120, 40), target: Target = _FAKE
) -> AsyncIterator[Opened]:
    launch = Launch(
        repository=ProfileRepository(tmp_path),
        settings=Settings(),
        targets=(target,),
        open_transport=broker.open_transport,
    )
    app = MqttTuiApp(launch)
    async with app.run_test(size=size) as pilot:
        it = Opened(app, pilot, broker)
        await it.until(lambda: isinstance(app.screen, Explorer) and it.has_answer())
        yield it
