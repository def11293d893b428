"""What a line-API widget shows, as text, and the golden frames that it is compared with."""

import os
from pathlib import Path

from mqtt_tui.tui.widgets.line_view import LineView

FRAMES = Path(__file__).parents[1] / "frames"


def frame_text(view: LineView) -> str:
    """The rows that are seen, without the blanks at their ends."""
    rows = [view.render_line(y).text.rstrip() for y in range(view.page_rows)]
    return "\n".join(rows).rstrip() + "\n"


def assert_frame(view: LineView, name: str) -> None:
    """``view`` looks as in ``tests/frames/NAME.txt``, which ``UPDATE_FRAMES=1`` in the environment writes anew."""
    file, shown = FRAMES / f"{name}.txt", frame_text(view)
    if os.environ.get("UPDATE_FRAMES"):
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")
