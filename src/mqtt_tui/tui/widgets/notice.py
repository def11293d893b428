"""What stands where topics will be, until there are some."""

from textual.content import Content
from textual.widget import Widget

from mqtt_tui.connection.state import Connected, Connecting, ConnectionState, Disconnected, Failed, WaitingToReconnect
from mqtt_tui.tui.safe import Part, foreign, line


class Notice(Widget, can_focus=True):
    """The state of the connection in a few sentences, with what the user can do."""

    DEFAULT_CSS = """
    Notice { height: 1fr; padding: 1 2; color: $text-soft; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: Content | None = None

    def show(
        self,
        state: ConnectionState,
        url: str,
        *,
        seconds_left: int,
        is_filtered: bool,
        subscriptions: list[str],
        refused: list[str],
    ) -> None:
        """Say how things stand; drawn again only when that reads differently."""
        said = self._filtered() if is_filtered else self._sentences(state, url, seconds_left, subscriptions, refused)
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Content:
        """The sentences."""
        return self._said or Content("")

    @staticmethod
    def _filtered() -> Content:
        return line(
            ("No topic matches the filter.\n\n", "$foreground"), ("esc", "bold $key"), " shows all topics again."
        )

    @staticmethod
    def _sentences(
        state: ConnectionState, url: str, seconds_left: int, subscriptions: list[str], refused: list[str]
    ) -> Content:
        retry: list[Part] = [("ctrl+r", "bold $key"), " try now    ", ("S", "bold $key"), " other broker"]
        match state:
            case Connected():
                filters = Content(", ").join([foreign(each, "bold $foreground") for each in subscriptions[:5]])
                no = Content(", ").join([foreign(each, "bold $error") for each in refused[:5]])
                refusals = Content("").join([line(("\nThe broker refused ", "$error")), no, line((".", "$error"))])
                return Content("").join(
                    [
                        line(("Connected. No message yet.\n\n", "$foreground"), "Subscribed to "),
                        filters if subscriptions else line(("nothing", "bold $warning")),
                        line("."),
                        refusals if refused else Content(""),
                        line("\n\n", ("s", "bold $key"), " subscriptions    "),
                        line(("p", "bold $key"), " publish something    ", ("S", "bold $key"), " other broker"),
                    ]
                )
            case Connecting():
                return line((f"Connecting to {url} …\n\n", "$foreground"), ("S", "bold $key"), " other broker")
            case WaitingToReconnect(reason=error):
                again = f"Next attempt in {seconds_left} s.\n\n"
                return line(
                    (f"{error.message}\n", "$error"), f"{error.hint}\n\n" if error.hint else "\n", again, *retry
                )
            case Failed(error):
                return line((f"{error.message}\n", "$error"), f"{error.hint}\n\n" if error.hint else "\n", *retry)
            case Disconnected(reason):
                return line((f"Not connected. {reason}\n\n", "$foreground"), *retry)
