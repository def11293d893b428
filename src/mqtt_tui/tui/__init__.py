"""Everything that imports Textual."""

import os

# How often a second Textual paints what changed, at most; read when it is imported. At its own 60, a key that is
# pressed just after something was painted is seen 17 ms later, and 33 ms if that took longer than a turn. The frame
# clock decides how often there is something to paint, so this is no more than how long a key waits.
os.environ.setdefault("TEXTUAL_FPS", "500")
