"""Writing and sending messages."""

import pytest
from textual import events
from textual.widgets import Input, Static

from mqtt_tui.connection.refusals import publish_refused
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.reason_code import NOT_AUTHORIZED, ReasonCode
from mqtt_tui.tui.screens.properties_dialog import PropertiesDialog
from mqtt_tui.tui.widgets.draft import Draft
from mqtt_tui.tui.widgets.topic_input import TopicInput
from tests.support.publish_host import PaneHost, received


async def test_a_draft_is_sent_as_it_was_written() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.start("factory/set")
        await pilot.press(*'{"a":1}', "ctrl+o", "ctrl+r")
        app.pane.set_properties(PublishProperties(content_type="application/json"))
        app.pane.action_send()
        await pilot.pause()
        assert app.requests == [
            PublishRequest(
                topic_name=app.requests[0].topic_name,
                payload=b'{"a":1}',
                qos=QoS.EXACTLY_ONCE,
                retain=True,
                properties=PublishProperties(content_type="application/json"),
            )
        ]
        assert app.requests[0].topic_name == "factory/set"
        assert "waiting for the acknowledgement" in app.pane.result


@pytest.mark.parametrize(
    ("qos", "protocol", "code", "said"),
    [
        (1, Protocol.V5, 0x10, "✓ acknowledged in 3 ms · No matching subscribers (0x10)"),
        (1, Protocol.V311, None, "✓ acknowledged in 3 ms (MQTT 3.1.1 gives no reason)"),
        (0, Protocol.V5, None, "→ handed to the network (QoS 0 is not acknowledged)"),
    ],
)
async def test_the_result_says_no_more_than_the_broker_did(
    qos: int, protocol: Protocol, code: int | None, said: str
) -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.protocol = protocol
        await app.send(pilot, Draft(topic="a", text="x", qos=QoS(qos)))
        app.pane.show_outcome(PublishOutcome(None if code is None else ReasonCode(code), None, 0.003))
        assert app.pane.result == said


async def test_a_refusal_is_not_shown_as_sent() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await app.send(pilot, Draft(topic="plant/locked", text="x", retain=True))
        app.pane.show_error(publish_refused("plant/locked", NOT_AUTHORIZED, "[/]\x1b[31mno"))
        assert app.pane.result.startswith("✗ The broker refused the message to plant/locked: Not authorized (0x87)")
        assert "acknowledged" not in app.pane.result
        assert "[/]␛[31mno" in app.pane.result
        assert app.pane.draft.retain  # nothing was sent


async def test_retain_goes_off_once_a_message_was_sent() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await app.send(pilot, Draft(topic="a", text="x", retain=True))
        app.pane.show_outcome(PublishOutcome(ReasonCode(0), None, 0.001))
        assert app.requests[0].retain
        assert not app.pane.draft.retain
        assert app.pane.draft.text == "x"


async def test_one_message_at_a_time_waits_for_its_acknowledgement() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await app.send(pilot, Draft(topic="a", text="x"))
        app.pane.action_send()
        await pilot.pause()
        assert len(app.requests) == 1
        assert "still waiting" in app.pane.result


@pytest.mark.parametrize(("topic", "said"), [("", "empty"), ("a/+/b", "column 3"), ("a/#", "column 3")])
async def test_a_topic_that_cannot_be_published_to_is_named(topic: str, said: str) -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await app.send(pilot, Draft(topic=topic, text="x"))
        assert app.requests == []
        assert said in app.pane.result
        assert app.pane.query_one(TopicInput).query_one(Input).has_class("-invalid")


async def test_a_properties_fault_is_named_before_anything_is_sent() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        properties = PublishProperties(payload_format_indicator=1)
        await app.send(pilot, Draft(topic="a", attached=b"\xff", attached_from="#1", properties=properties))
        assert app.requests == []
        assert "UTF-8" in app.pane.result


async def test_broken_json_is_pointed_at_and_sent_all_the_same() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await app.send(pilot, Draft(topic="a", text='{\n  "speed": 1,\n}'))
        json = str(app.pane.query_one("#json", Static).content)
        assert json == "JSON ✗"
        assert app.requests[0].payload == b'{\n  "speed": 1,\n}'
        app.pane.show_outcome(PublishOutcome(ReasonCode(0), None, 0.001))
        app.pane.draft = Draft(topic="a", text='{"speed": x}')
        await pilot.pause()
        assert "line 1, column 11" in app.pane.result


async def test_text_that_is_not_meant_as_json_is_not_checked() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.draft = Draft(topic="a", text="running")
        await pilot.pause()
        assert str(app.pane.query_one("#json", Static).content) == ""
        app.pane.set_properties(PublishProperties(content_type="application/json"))
        assert str(app.pane.query_one("#json", Static).content) == "JSON ✗"


async def test_laying_out_json_keeps_every_token() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.draft = Draft(topic="a", text='{"a":1.10,"a":[],"b":[12345678901234567890,"\\u00e9"]}')
        app.pane.start("")
        await pilot.press("ctrl+f")
        assert app.pane.draft.text == (
            '{\n  "a": 1.10,\n  "a": [],\n  "b": [\n    12345678901234567890,\n    "\\u00e9"\n  ]\n}'
        )


async def test_a_pasted_line_feed_does_not_send() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.start("a")
        await pilot.pause()
        await app.press_at_once(pilot, "a", "ctrl+j", "b", "ctrl+j")
        assert app.requests == []
        assert app.pane.draft.text == "a\nb\n"
        app.pane.query_one(TopicInput).focus()
        await pilot.pause()
        await app.press_at_once(pilot, "x", "ctrl+j")
        assert app.requests == []
        assert app.pane.draft.topic == "ax"


async def test_text_with_control_characters_cannot_be_pasted() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.start("a")
        await pilot.pause()
        app.post_message(events.Paste("fine\n\x1b[31mnot"))
        await pilot.pause()
        assert app.pane.draft.text == ""
        app.post_message(events.Paste("three\rlines\r\npasted"))
        await pilot.pause()
        assert app.pane.draft.text == "three\nlines\npasted"
        app.pane.query_one(TopicInput).focus()
        await pilot.pause()
        app.post_message(events.Paste("b\x9b"))
        await pilot.pause()
        assert app.pane.draft.topic == "a"


async def test_a_received_message_becomes_a_draft_without_retain_and_identifiers() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.edit(
            received(
                b"71.3",
                content_type="text/plain",
                subscription_identifiers=(4,),
                user_properties=(("a", "1"), ("a", "2")),
            )
        )
        await pilot.pause()
        assert app.pane.draft == Draft(
            topic="a/b",
            text="71.3",
            qos=QoS.EXACTLY_ONCE,
            properties=PublishProperties(content_type="text/plain", user_properties=(("a", "1"), ("a", "2"))),
            attached_from="",
        )


@pytest.mark.parametrize("payload", [b"\xff\x00", b"a\x1b[31m", b"a\r\nb", "a\u2028b".encode(), "\u202eab".encode()])
async def test_a_payload_that_no_editor_gives_back_is_sent_unchanged(payload: bytes) -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.edit(received(payload), number=1090)
        await pilot.pause()
        shown = str(app.pane.query_one("#attachment", Static).content)
        assert shown.startswith(f"{len(payload)} B from #1,090")
        app.pane.action_send()
        await pilot.pause()
        assert app.requests[0].payload == payload
        await pilot.press("delete")
        assert app.pane.draft.payload == b""


async def test_hostile_words_of_a_received_message_never_reach_an_input() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        hostile = received(
            b"x", topic=b"a\x1b]0;t\x07", content_type="\x9b", user_properties=(("k", "\x1b[2J"), ("fine", "[/]"))
        )
        app.pane.edit(hostile)
        await pilot.pause()
        assert app.pane.draft.topic == ""
        assert app.pane.draft.properties == PublishProperties(user_properties=(("fine", "[/]"),))
        assert "the content type, 1 of the user properties" in app.pane.result
        assert app.pane.result.isprintable()


async def test_starting_does_not_throw_a_draft_away() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.start("first")
        await pilot.press("x")
        app.pane.start("second")
        assert (app.pane.draft.topic, app.pane.draft.text) == ("first", "x")


async def test_the_pane_is_small_until_somebody_writes() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.pane.has_class("-compact")
        app.pane.start("a")
        await pilot.press("x")
        assert not app.pane.has_class("-compact")
        app.query_one("#elsewhere").focus()
        await pilot.pause()
        assert not app.pane.is_idle  # there is a draft
        app.pane.draft = Draft()
        await pilot.pause()
        assert app.pane.has_class("-compact")


async def test_options_answer_to_clicks() -> None:
    app = PaneHost()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.click("ChoiceChips", offset=(7, 0))
        await pilot.click("#retain")
        assert (app.pane.draft.qos, app.pane.draft.retain) == (QoS.EXACTLY_ONCE, True)
        await pilot.click("#properties")
        assert isinstance(app.screen, PropertiesDialog)


async def test_properties_are_out_of_reach_below_mqtt_5() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        app.pane.protocol = Protocol.V311
        await app.send(pilot, Draft(topic="a", text="x", properties=PublishProperties(content_type="b")))
        assert not app.requests[0].properties
        await pilot.press("ctrl+n")
        assert not isinstance(app.screen, PropertiesDialog)
        assert "need MQTT 5" in app.pane.result
