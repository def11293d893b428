"""``python -m mqtt_tui``."""

import sys

from mqtt_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
