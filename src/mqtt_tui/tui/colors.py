"""The colors that a profile may name, as the theme has them."""

from collections.abc import Mapping
from types import MappingProxyType

COLORS: Mapping[str, str] = MappingProxyType(
    {"red": "$error", "yellow": "$warning", "green": "$success", "cyan": "$secondary", "violet": "$primary"}
)
"""By their names in profiles.toml."""
