"""What driver and compositor rely on of Textual."""

import asyncio
import inspect
import re

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import _ansi_sequences
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from mqtt_tui.tui import live_compositor, terminal_driver
from mqtt_tui.tui.terminal_cells import TerminalCells

_STRIP = Strip([Segment("value "), Segment("21.3 °C", Style.parse("bold #aabbcc on #102030"))])


def test_a_name_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal_driver.checked_driver(live_compositor.NAMES) is terminal_driver.TerminalDriver
    monkeypatch.delattr(_ansi_sequences, "SYNC_END")
    monkeypatch.delattr(Compositor, "visible_widgets")
    with pytest.raises(terminal_driver.TextualChanged, match=r"_ansi_sequences\.SYNC_END, Compositor\.visible_widgets"):
        terminal_driver.checked_driver(live_compositor.NAMES)


def test_a_screen_draws_with_the_compositor_that_it_is_given() -> None:
    assert isinstance(Screen()._compositor, Compositor)
    assert Compositor()._dirty_regions == set()


def test_an_update_of_the_whole_screen_is_a_frame_of_all_rows() -> None:
    update = LayoutUpdate([[_STRIP], [_STRIP]], Region(0, 0, 13, 2)).render_segments(Console()) + "\x1b[1;1H"
    cells = TerminalCells()
    assert cells.paint(update, height=2)
    first = cells.changes()
    assert cells.paint(update, height=2)
    assert cells.changes() == first != ""


def test_an_update_of_some_rows_is_a_frame() -> None:
    chops: list[dict[int, Strip | None]] = [{0: _STRIP}, {0: None}, {0: _STRIP, 13: _STRIP}]
    spans, ends = [(0, 0, 13), (2, 0, 26)], [[13], [13], [13, 26]]
    update = ChopsUpdate(chops, spans, ends).render_segments(Console()) + "\x1b[1;1H"
    cells = TerminalCells()
    assert cells.paint(update, height=3)
    assert re.sub(r"\x1b\[[0-9;]*[mH]", "", cells.changes()) == 3 * "value 21.3 °C"
    assert cells.paint(update, height=3)
    assert cells.changes() == ""


def test_all_that_goes_to_the_terminal_passes_write() -> None:
    source = inspect.getsource(LinuxDriver)
    assert source.count("_writer_thread.write(") == 1
    assert "self._file.write(" not in source
    assert list(inspect.signature(LinuxDriver.write).parameters) == ["self", "data"]
    assert not asyncio.iscoroutinefunction(LinuxDriver.close)


def test_frames_stand_between_two_writes_that_hold_them_together() -> None:
    assert (_ansi_sequences.SYNC_START, _ansi_sequences.SYNC_END) == ("\x1b[?2026h", "\x1b[?2026l")
