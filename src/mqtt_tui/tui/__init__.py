"""Everything that imports Textual."""

import os

# How often a second Textual paints what changed, at most; read when it is imported. At its own 60, a key that is
# pressed just after something was painted is seen 17 ms later.
os.environ.setdefault("TEXTUAL_FPS", "120")
