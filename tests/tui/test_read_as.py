"""How payloads are read, chosen by the user and kept in the profile."""

import gzip
from pathlib import Path

from msgspec.structs import replace
from textual.widgets import Static

from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.screens.read_as import ReadAs
from mqtt_tui.tui.widgets.shown_input import ShownInput
from tests.support.connections_host import words
from tests.support.explorer_host import Opened, opened
from tests.support.fake_transport import FakeBroker

PROFILE = BrokerProfile(
    url="mqtt://fake.invalid:1883",
    decoders=(("plant/#", "base64 json"),),
    subscriptions=(SubscriptionOptions(filter="#"),),
)


async def dialog_of(it: Opened) -> ReadAs:
    await it.pilot.press("V")
    await it.until(lambda: isinstance(it.app.screen, ReadAs))
    await it.pilot.pause()
    assert isinstance(it.app.screen, ReadAs)
    return it.app.screen


def preview(dialog: ReadAs) -> str:
    return words(dialog.query_one("#preview", Static))


async def test_a_rule_is_tried_on_the_message_while_it_is_typed_and_then_kept(tmp_path: Path) -> None:
    repository = ProfileRepository(tmp_path)
    repository.create("fake", PROFILE)
    broker = FakeBroker()
    async with opened(tmp_path, broker, (100, 40), Target("fake", PROFILE, is_saved=True)) as it:
        broker.deliver("plant/raw", gzip.compress(b'{"a": 1}'))
        await it.frame()
        await it.select("plant/raw")
        assert it.explorer.inspector.read_as == "hex"
        dialog = await dialog_of(it)
        assert [line.value for line in dialog.query(ShownInput)] == ["plant/#", "base64 json"]
        dialog.query_one("#recipe", ShownInput).value = "gzip esperanto base64"
        await it.pilot.pause()
        assert "'esperanto' is no step" in preview(dialog)
        dialog.query_one("#filter", ShownInput).value = "plant/+"
        dialog.query_one("#recipe", ShownInput).value = "gzip text"
        await it.pilot.pause()
        assert preview(dialog) == "This message: gzip → text"
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, Explorer))
        await it.pilot.pause()
        assert it.explorer.inspector.read_as == "gzip → text"
        kept = repository.load().entries["fake"]
        assert kept.decoders == (("plant/+", "gzip text"), ("plant/#", "base64 json"))
        assert kept.subscriptions == PROFILE.subscriptions
        dialog = await dialog_of(it)
        dialog.query_one("#recipe", ShownInput).value = ""
        await it.pilot.press("ctrl+s")
        await it.until(lambda: repository.load().entries["fake"].decoders == PROFILE.decoders)
        assert it.explorer.session.target.profile == repository.load().entries["fake"], "it is the one that is open"


async def test_a_program_reads_beside_everything_else(tmp_path: Path) -> None:
    profile = replace(PROFILE, decoders=(("a", "| tr a-z A-Z"), ("b", "| no-such-program")))
    broker = FakeBroker()
    async with opened(tmp_path, broker, (100, 40), Target("fake", profile)) as it:
        broker.deliver("a", b"one")
        broker.deliver("b", b"{}")
        await it.frame()
        await it.select("a")
        await it.until_soon(lambda: it.explorer.inspector.shown_text == "ONE")
        assert it.explorer.inspector.read_as == "| tr"
        broker.deliver("a", b"two")
        await it.frame()
        assert it.explorer.inspector.shown_text != "two", "what was read stays until the next one is"
        await it.until_soon(lambda: it.explorer.inspector.shown_text == "TWO")
        await it.select("b")
        await it.until_soon(lambda: "no-such-program cannot be run" in it.shown)
        assert it.explorer.inspector.read_as == "JSON"


async def test_of_a_broker_that_is_not_saved_a_rule_holds_until_the_end(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        broker.deliver("a", b'{"a": 1}')
        await it.frame()
        await it.select("a")
        await it.pilot.press("v", "v")
        assert it.explorer.inspector.read_as == "text"
        dialog = await dialog_of(it)
        assert [line.value for line in dialog.query(ShownInput)] == ["a", "text"]
        await it.pilot.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, Explorer))
        assert it.explorer.inspector.read_as == "text"
        assert it.explorer.inspector.view == "auto"
        assert not (tmp_path / "profiles.toml").exists()
