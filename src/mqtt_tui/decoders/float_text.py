"""Binary fractions as decimal ones (IEEE 754), none with more digits than its width bears out."""

import math
from struct import Struct

DOUBLE = "d"
_DIGITS = {"e": range(3, 6), "f": range(6, 10)}
"""Decimal digits by width: any text of so many survives the way there and back, and so many tell all numbers apart."""
_SMALLEST_NORMAL = {"e": 2.0**-14, "f": 2.0**-126}
_LAYOUTS = {"e": Struct(">e"), "f": Struct(">f")}


def float_text(value: float, code: str) -> str:
    """``value`` in the fewest digits that are read back as the same number of its width.

    Args:
        value: a number of that width: the float32 that is nearest to 0.1 becomes ``0.1``.
        code: the width as ``struct`` names it: ``e`` for float16, ``f`` for float32, ``d`` for float64.

    Returns:
        As Python writes a float64; ``NaN``, ``Infinity`` and ``-Infinity`` for what is no number.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value if code == DOUBLE else _rounded(value, code))


def _rounded(value: float, code: str) -> float:
    layout, digits = _LAYOUTS[code], _DIGITS[code]
    # Below the normal numbers there are fewer digits, down to one.
    start = digits.start if abs(value) >= _SMALLEST_NORMAL[code] else 1
    for count in range(start, digits.stop):
        rounded = float(f"{value:.{count}g}")
        if layout.unpack(layout.pack(rounded))[0] == value:
            return rounded
    return value
