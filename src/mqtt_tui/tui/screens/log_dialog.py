"""What the dialogs over a list of things that happened share."""

import time
from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.config.paths import data_directory, make_private
from mqtt_tui.errors import LocalError, MqttTuiError
from mqtt_tui.profiles.importing.taking import free_name
from mqtt_tui.recording.new_file import NewFile
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.messages import Copy
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.log_list import LogList


class LogDialog(Dialog[None]):
    """A list that fills the box, with the chosen row in full below it, to be copied and to be saved.

    A subclass gives ``look``, ``details_of``, ``text_of``, ``lines_to_save`` and ``count``.

    Args:
        heading: of the box; safe to show.
        file_name: what the name of a saved file begins with.
    """

    DEFAULT_CSS = """
    LogDialog {
        & > #box { width: 96%; max-width: 150; height: 90%; padding: 0 1; }
        #details { height: auto; max-height: 12; border-top: solid $line; padding: 0 1; overflow-y: auto; }
        LogList { height: 1fr; }
    }
    """
    BINDINGS = bindings_for(Scope.LOG)
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, heading: str, file_name: str) -> None:
        super().__init__()
        self.heading = heading
        self._file_name = free_name(file_name, ())
        self.list = LogList()
        self.details = Static()

    def content(self) -> ComposeResult:
        """The list, and the chosen row below."""
        yield self.list
        with Vertical(id="details"):
            yield self.details

    def on_mount(self) -> None:
        """Begin at the newest."""
        self.look()
        self.list.move(self.count)
        self.list.focus()

    def look(self) -> None:
        """Show things as they are now."""
        raise NotImplementedError

    def details_of(self, number: int) -> Content:
        """A row in full."""
        raise NotImplementedError

    def text_of(self, number: int) -> str:
        """A row as one would quote it."""
        raise NotImplementedError

    def lines_to_save(self) -> Iterator[str]:
        """What a file of all rows has in it."""
        raise NotImplementedError

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def tell_details(self) -> None:
        """Show the row under the cursor in full."""
        self.details.update(self.details_of(self.list.at))

    def on_log_list_moved(self) -> None:
        """Another row is chosen."""
        self.tell_details()

    def action_copy(self) -> None:
        """Copy the chosen row."""
        if self.count:
            self.post_message(Copy(self.text_of(self.list.at), "row"))

    def action_write(self) -> None:
        """Write all rows into a new file, for the owner alone."""
        directory = data_directory()
        file = directory / f"{self._file_name}-{time.strftime('%Y%m%d-%H%M%S')}.ndjson"
        try:
            make_private(directory)
            out = NewFile(file)
            try:
                for text in self.lines_to_save():
                    out.write(f"{text}\n".encode())
            except MqttTuiError:
                out.discard()
                raise
            out.finish()
        except OSError as error:
            reason = display_text(error.strerror or str(error))
            tell(self, LocalError(f"{display_text(str(directory))} cannot be used: {reason}."))
        except MqttTuiError as error:
            tell(self, error)
        else:
            self.notify(f"{self.count:,} rows are in {display_text(str(file))}", timeout=10, markup=False)
