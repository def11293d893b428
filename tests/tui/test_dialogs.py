"""Whatever is left over an open screen is left once."""

from collections.abc import Callable

import pytest
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList

from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.screens.choose import Choose
from mqtt_tui.tui.screens.confirm import Confirm
from mqtt_tui.tui.screens.help import Help
from mqtt_tui.tui.screens.name_prompt import NamePrompt
from mqtt_tui.tui.screens.publish_sheet import PublishSheet
from mqtt_tui.tui.widgets.draft import Draft
from mqtt_tui.tui.widgets.publish_pane import PublishPane
from tests.support.publish_host import PaneHost, complete


async def _publish(_: PublishRequest) -> PublishOutcome:
    return PublishOutcome(ReasonCode(0), None, 0.001)


def _chosen(screen: Screen[object]) -> None:
    options = screen.query_one(OptionList)
    options.post_message(OptionList.OptionSelected(options, options.get_option("a"), 0))


@pytest.mark.parametrize(
    ("make", "leave"),
    [
        (lambda: Choose("Theme", [("a", Content("a"))]), _chosen),
        (lambda: Confirm("Delete?"), lambda screen: screen.action_answer(True)),
        (lambda: NamePrompt("Rename", "a", lambda _: None), lambda screen: screen.action_save()),
        (
            lambda: PublishSheet(complete, Draft(topic="a"), _publish),
            lambda screen: screen.pane.post_message(PublishPane.Left()),
        ),
    ],
    ids=["choose", "confirm", "name prompt", "publish sheet"],
)
async def test_a_second_key_of_a_burst_does_not_close_what_stands_below(
    make: Callable[[], Screen[object]], leave: Callable[[Screen[object]], None]
) -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        below, above = Confirm("Really?"), make()
        results: list[object] = []
        await app.push_screen(below, results.append)
        await app.push_screen(above, results.append)
        leave(above)
        leave(above)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen is below
        assert len(results) == 1


async def test_what_is_still_typed_while_the_help_closes_is_not_looked_for() -> None:
    app = PaneHost()
    async with app.run_test() as pilot:
        shown = Help([Scope.DIALOG], {})
        await app.push_screen(shown)
        search = shown.query_one("#search", Input)
        await shown.query_one("#commands").remove()
        shown.dismiss(None)
        shown.post_message(Input.Changed(search, "x"))
        await pilot.pause()
        assert app.screen is not shown
