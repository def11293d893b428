"""config.toml: what the user chose, once for all brokers. The program only reads it."""

from pathlib import Path
from typing import Annotated

import msgspec

from mqtt_tui.config.reading import Problem, Reader, read_toml

DEFAULT_THEME = "dusk"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of config.toml."""

    theme: str = DEFAULT_THEME
    """Name of a shipped theme or of one in the ``themes`` folder beside config.toml."""

    memory: Annotated[int, msgspec.Meta(ge=16, le=1_048_576)] = 256
    """MiB that kept messages may take, all brokers together; at the limit the topics that hold most give way first."""

    glow: bool = True
    """Whether what just changed glows and fades. Off is calmer, and sends less over a slow line."""

    keys: dict[str, str | list[str]] = {}
    """Keys by command id: ``"topic.copy_payload" = "y"`` or a list of keys; an empty list takes them away."""

    @property
    def memory_bytes(self) -> int:
        """``memory`` in bytes."""
        return self.memory * 1024 * 1024

    @property
    def keymap(self) -> dict[str, str]:
        """``keys``, those of each command as one text with commas, as Textual has them."""
        return {name: keys if isinstance(keys, str) else ",".join(keys) for name, keys in self.keys.items()}


def load_settings(file: Path) -> tuple[Settings, list[Problem]]:
    """The settings in ``file``, with defaults for what is wrong, and all that is. A missing file has nothing wrong."""
    table, problems = read_toml(file)
    reader = Reader(file)
    return reader.read_good_part(table, Settings) or Settings(), problems + reader.problems
