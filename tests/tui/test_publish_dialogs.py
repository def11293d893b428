"""Completing topics, editing properties, and the sheet of narrow terminals."""

import pytest
from textual.widgets import Button, Input, Static, TextArea

from mqtt_tui.errors import Rejected
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.tui.screens.properties_dialog import Field, PropertiesDialog
from mqtt_tui.tui.screens.publish_sheet import PublishSheet
from mqtt_tui.tui.widgets.draft import Draft
from mqtt_tui.tui.widgets.topic_input import TopicInput
from tests.support.publish_host import SEEN, PaneHost, complete


async def test_completion_goes_level_by_level() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        topic = app.pane.query_one(TopicInput)
        topic.focus()
        await pilot.press("f")
        assert topic.offers == ["factory/", "fine"]
        await pilot.press("tab")
        assert (topic.value, topic.offers) == ("factory/", ["factory/set", "factory/state"])
        await pilot.press("down", "down", "enter")
        assert topic.value == "factory/state"
        assert not topic.offers
        await pilot.press("tab")
        assert isinstance(app.focused, TextArea)


async def test_enter_takes_the_topic_as_typed_and_escape_puts_the_offers_away() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        topic = app.pane.query_one(TopicInput)
        topic.focus()
        await pilot.press("f", "escape")
        assert not topic.offers
        assert not app.has_been_left
        await pilot.press("escape")
        assert app.has_been_left
        await pilot.press("backspace", "f", "enter")
        assert topic.value == "f"
        assert isinstance(app.focused, TextArea)


async def test_offers_are_text_and_stay_on_the_screen() -> None:
    SEEN["z"] = ["[@click=app.quit]z", "[/]", *(f"z{number}" for number in range(40))]
    app = PaneHost()
    async with app.run_test(size=(60, 14)) as pilot:
        app.pane.styles.dock = "bottom"
        app.pane.styles.height = 6
        await pilot.pause()
        topic = app.pane.query_one(TopicInput)
        topic.focus()
        await pilot.press("z")
        region = topic.query_one("OptionList").region
        assert app.screen.region.contains_region(region)
        assert region.height > 5
        assert not region.overlaps(topic.region)
        await pilot.click("OptionList", offset=(3, 0))
        assert topic.value == "[@click=app.quit]z"


async def test_every_property_can_be_edited() -> None:
    app = PaneHost()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.start("a")
        await pilot.press("ctrl+n")
        await pilot.press(*"text/plain", "enter", "right", "tab", *"60", "enter", *"reply", "enter", *"0x01ff")
        await pilot.press("enter", "enter", *"k", "enter", *"v")
        await pilot.press("ctrl+s")
        assert app.pane.properties == PublishProperties(
            content_type="text/plain",
            payload_format_indicator=0,
            message_expiry_interval=60,
            response_topic="reply",
            correlation_data=b"\x01\xff",
            user_properties=(("k", "v"),),
        )
        assert str(app.pane.query_one("#properties", Static).content) == "6 properties"


async def test_user_properties_keep_their_order_and_repeat() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.set_properties(PublishProperties(user_properties=(("b", "1"), ("a", "2"), ("b", "1"))))
        app.pane.action_properties()
        await pilot.pause()
        await pilot.click(app.screen.query("UserPropertyRow Button")[1])
        await pilot.press("ctrl+s")
        assert app.pane.properties.user_properties == (("b", "1"), ("b", "1"))


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (2, "soon", "Whole seconds"),
        (2, "4294967296", "Whole seconds"),
        (3, "a/#", "column 3"),
        (4, "0xf", "hex digits"),
        (5, "x" * 65_536, "The name of user property 1 has 65,536 bytes"),
    ],
)
async def test_a_property_that_cannot_be_meant_is_named_at_its_field(number: int, text: str, said: str) -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.action_properties()
        await pilot.pause()
        field = app.screen.query(Field)[number]
        for add in field.query("#add").results(Button):
            add.press()
        await pilot.pause()
        typed = field.query(Input).first()
        typed.value = text
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, PropertiesDialog)
        assert app.focused is typed
        assert said in field.problem
        await pilot.press("escape")
        assert not app.pane.properties


async def test_the_sheet_sends_and_gives_the_draft_back() -> None:
    sent: list[PublishRequest] = []

    async def publish(request: PublishRequest) -> PublishOutcome:
        sent.append(request)
        if request.topic_name == "locked":
            raise Rejected("No.", hint="Ask.", reason_code=0x87)
        return PublishOutcome(ReasonCode(0), None, 0.001)

    drafts: list[Draft | None] = []
    app = PaneHost()
    async with app.run_test(size=(80, 24)) as pilot:
        sheet = PublishSheet(complete, Draft(topic="locked"), publish)
        await app.push_screen(sheet, drafts.append)
        await pilot.press("x")
        sheet.pane.action_send()
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert sheet.pane.result == "✗ No. Ask."
        sheet.pane.draft = Draft(topic="free", text="xy")
        sheet.pane.action_send()
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert sheet.pane.result == "✓ acknowledged in 1 ms · Success (0x00)"
        await pilot.press("escape")
        assert [request.topic_name for request in sent] == ["locked", "free"]
        assert drafts == [Draft(topic="free", text="xy")]
