"""What a theme colours: every role with its meaning and its default."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A colour that the screen uses."""

    name: str
    meaning: str
    default: str = ""
    """The role whose colour stands in where a theme leaves this one out; empty: a theme must have it."""
    toward: str = ""
    """A second role that the default is mixed with ..."""
    by: float = 0.0
    """... to this part, 0 to 1."""

    def derive(self, colors: Mapping[str, str]) -> str:
        """The default as ``#rrggbb``, from the roles in front of this one."""
        return mix(colors[self.default], colors[self.toward], self.by) if self.toward else colors[self.default]


COLORS = (
    Role("primary", "what has the focus, what is chosen, the program's own colour"),
    Role("foreground", "text"),
    Role("background", "what text stands on"),
    Role("success", "connected, acknowledged"),
    Role("warning", "waiting, retained, near a limit"),
    Role("error", "refused, lost, not verified"),
    Role("secondary", "figures that move: rates, sparklines", "primary"),
    Role("accent", "what should stand out once more", "secondary"),
    Role("surface", "dialogues, inputs and sheets", "background", "foreground", 0.03),
    Role("panel", "bars and raised parts", "background", "foreground", 0.08),
)
"""The base colours, in the words of Textual's themes."""

VARIABLES = (
    Role("text-soft", "text of second rank: units, times, counts, key hints", "foreground", "background", 0.35),
    Role("text-faint", "text that may be overlooked: line numbers, placeholders", "foreground", "background", 0.5),
    Role("text-on-primary", "text on a filled chip: the chosen tab, the chosen broker", "background"),
    Role("line", "borders at rest", "background", "foreground", 0.2),
    Role("line-focus", "the border with the keyboard focus", "primary"),
    Role("lift", "the header line, hovered rows", "panel"),
    Role("selection", "the selected row", "background", "primary", 0.2),
    Role("cursor", "the bar in front of the selected row", "primary"),
    Role("key", "keys in the footer and in help", "primary"),
    Role("level-line", "indent guides of the tree", "line"),
    Role("branch", "the marks that open and close a branch", "text-soft"),
    Role("value", "the value preview in a row of the tree", "text-soft"),
    Role("sparkline", "sparklines", "secondary"),
    Role("changed", "the glow of what just changed, which fades to its own colour", "accent"),
    Role("stale", "what has been silent for longer than it uses to be", "error"),
    Role("retained", "the retained mark", "warning"),
    Role("qos-0", "QoS 0, at most once", "text-soft"),
    Role("qos-1", "QoS 1, at least once", "secondary"),
    Role("qos-2", "QoS 2, exactly once", "primary"),
    Role("match", "letters that match the filter", "warning"),
    Role("json-key", "names in JSON", "secondary"),
    Role("json-string", "strings in JSON", "success"),
    Role("json-number", "numbers in JSON", "warning"),
    Role("json-literal", "true, false and null", "primary"),
    Role("json-punctuation", "braces, brackets, colons and commas", "text-soft"),
    Role("hex-offset", "offsets of a hex dump", "text-faint"),
    Role("hex-zero", "zero bytes", "text-faint"),
    Role("hex-byte", "other bytes", "foreground"),
    Role("hex-text", "printable bytes as text", "secondary"),
)
"""The program's own variables, ``$name`` in its style sheets. A default may name any role in front of its own."""


def mix(color: str, other: str, by: float) -> str:
    """``color`` taken ``by`` (0 to 1) of the way to ``other``, both ``#rrggbb``."""
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * by) for a, b in pairs).hex()
