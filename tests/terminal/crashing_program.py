"""mqtt-tui with a mistake in it: the header raises once a message came, with secrets at hand."""

import os
import sys
from typing import Any

from mqtt_tui.cli.main import main
from mqtt_tui.tui.widgets.header_bar import HeaderBar


def apply_frame(_header: HeaderBar, frame: Any, **_figures: float) -> None:  # noqa: ANN401  stands in for another
    """Raise with a secret in a local variable and in the text."""
    if frame.totals.received:
        secret = os.environ["MQTT_TUI_PASSWORD"]
        raise RuntimeError(secret)


if __name__ == "__main__":
    setattr(HeaderBar, "apply_frame", apply_frame)  # noqa: B010  that is the mistake
    sys.exit(main())
