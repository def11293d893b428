"""How the payloads of a topic are to be read, now and at the next start."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from mqtt_tui.errors import UsageError
from mqtt_tui.model.recipe import STEPS, Recipe
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.shown_input import ShownInput


@dataclass(frozen=True, slots=True)
class ChosenRule:
    """What was entered."""

    topic_filter: TopicFilter
    recipe: Recipe | None
    """None: there is to be no rule for this filter."""


class ReadAs(Dialog[ChosenRule]):
    """A topic filter, and the steps and decoder that what comes under it is read with.

    Args:
        topic_filter: what stands there at first.
        recipe: the same.
        decoders: the names that may be given.
        preview: what the shown message reads as with a recipe, safe to show.
    """

    DEFAULT_CSS = """
    ReadAs {
        & > #box { width: 72; }
        .label { margin-top: 1; }
        #preview { margin-top: 1; height: 2; }
        #preview.-wrong { color: $error; }
        .hint { margin-top: 1; }
    }
    """
    heading = "Read as"

    def __init__(self, topic_filter: str, recipe: str, decoders: list[str], preview: Callable[[Recipe], str]) -> None:
        super().__init__()
        self._first = topic_filter, recipe
        self._decoders = decoders
        self._preview = preview

    def content(self) -> ComposeResult:
        """The two lines, what comes of them, and what there is."""
        yield Static("topic filter", classes="label")
        yield ShownInput(self._first[0], placeholder="factory/+/state", id="filter")
        yield Static("read as", classes="label")
        yield ShownInput(self._first[1], placeholder="empty: as it looks", id="recipe")
        yield Static(id="preview")
        yield Static(line(f"decoders  {'  '.join(display_text(name) for name in self._decoders)}"), classes="hint")
        yield Static(line(f"before    {'  '.join(STEPS)}"), classes="hint -more")
        yield Static(line("or behind them a command:  gzip | jq ."), classes="hint -more")

    def on_mount(self) -> None:
        """Begin with the recipe: the filter is mostly right."""
        self.query_one("#recipe").focus()
        self._look()

    @on(Input.Changed)
    def _look(self) -> ChosenRule | None:
        note = self.query_one("#preview", Static)
        try:
            rule = ChosenRule(TopicFilter(self._typed("#filter")), self._recipe())
            said = f"This message: {self._preview(rule.recipe or Recipe())}"
        except UsageError as error:
            rule, said = None, error.message
        note.set_class(rule is None, "-wrong")
        note.update(line(said))
        return rule

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_save()

    def result(self) -> ChosenRule | None:
        """The rule, where it can be meant."""
        return self._look()

    def _recipe(self) -> Recipe | None:
        typed = self._typed("#recipe")
        return Recipe.parse(typed) if typed else None

    def _typed(self, selector: str) -> str:
        return self.query_one(selector, ShownInput).value.strip()
