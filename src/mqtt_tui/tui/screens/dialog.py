"""What all screens over others share, and the frame of the dialogs among them."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.widgets.footer_bar import FooterBar

Result = TypeVar("Result")


class Modal(ModalScreen[Result], Generic[Result]):
    """A screen over another that is left once, however many keys and messages are still on their way to it."""

    @property
    def is_open(self) -> bool:
        """Off while it closes: then it loses its widgets one after the other, and may still hear what they said."""
        return self in self.app.screen_stack

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave once: a second key of the same burst would close what stands below."""
        return super().dismiss(result) if self.is_open else AwaitComplete()


class Dialog(Modal[Result | None], Generic[Result]):
    """A box over the dimmed screen; Esc leaves without a result, ctrl+s (or its own way) with one.

    A subclass gives ``heading``, ``content`` and, where there is something to keep, ``result``.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;

        & > #box {
            width: 76;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            border: round $line-focus;
            border-title-color: $line-focus;
            border-title-style: bold;
            border-subtitle-color: $text-soft;
            background: $surface;
            padding: 1 2;
            scrollbar-size-vertical: 1;
        }
        .label { color: $text-soft; }
        .hint { color: $text-faint; }
        .problem { color: $error; }
        Input { border: none; height: 1; padding: 0 1; background: $panel; }
        Input:focus { background: $selection; border: none; }
        Input.-invalid { background: $error 20%; border: none; }
        Button { border: none; height: 1; min-width: 10; background: $panel; }
        Button:focus { background: $primary; color: $text-on-primary; text-style: bold; }
        Select > SelectCurrent { border: none; height: 1; padding: 0 1; background: $panel; }
        Select:focus > SelectCurrent { border: none; background: $selection; }
        Checkbox, Switch { border: none; height: 1; padding: 0; background: transparent; }
    }
    """
    BINDINGS = bindings_for(Scope.DIALOG)
    heading = ""
    keeps_something = True
    """Off: there is nothing to save, and no key for it."""
    verbs: Mapping[str, str] = {}
    """What the footer calls a command here, by its id."""

    def compose(self) -> ComposeResult:
        """The box with the subclass's content, and the keys below."""
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = Content(self.heading) if self.heading else None
            yield from self.content()
        yield FooterBar()

    def content(self) -> ComposeResult:
        """What stands in the box."""
        raise NotImplementedError

    def result(self) -> Result | None:
        """What was entered; None where it cannot be kept, the dialog having said why."""
        return None

    def apply_frame(self, frame: Frame) -> None:
        """Follow what happens; called with each frame of the broker below."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to save where there is something."""
        del parameters
        return self.keeps_something or action != "save"

    def action_save(self) -> None:
        """Leave with the result, if there is one."""
        result = self.result() if self.is_open else None
        if result is not None:
            self.dismiss(result)

    def action_cancel(self) -> None:
        """Leave without a result."""
        self.dismiss(None)
