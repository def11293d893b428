"""Where configuration and data live. Nothing here creates anything, but for ``make_private``."""

import os
import os.path
from contextlib import suppress
from pathlib import Path

import platformdirs

_NAME = "mqtt-tui"
PRIVATE_DIRECTORY = 0o700


def config_directory() -> Path:
    """The system's place for configuration, or ``MQTT_TUI_CONFIG_DIR``; files of profiles are relative to it."""
    return _named_by("MQTT_TUI_CONFIG_DIR") or platformdirs.user_config_path(_NAME, appauthor=False)


def data_directory() -> Path:
    """The system's place for what the program keeps, such as its log, or ``MQTT_TUI_DATA_DIR``."""
    return _named_by("MQTT_TUI_DATA_DIR") or platformdirs.user_data_path(_NAME, appauthor=False)


def in_config_directory(name: str) -> Path:
    """The file that a profile calls ``name``: absolute, under a home directory (``~``), or in the configuration's."""
    with suppress(ValueError):  # a name that no file can have: opening it says so
        name = os.path.expanduser(name)  # Path's own raises where there is no such user
    return config_directory() / name  # an absolute path stays as it is


def settings_file() -> Path:
    """``config.toml``, which only the user writes."""
    return config_directory() / "config.toml"


def user_themes_directory() -> Path:
    """Where the user puts themes of their own."""
    return config_directory() / "themes"


def make_private(directory: Path) -> None:
    """Create ``directory`` and what is missing above it, for the owner alone whatever the umask.

    Raises:
        OSError: it cannot be created, or something else has its name.
    """
    if not directory.is_dir():
        make_private(directory.parent)
        directory.mkdir(PRIVATE_DIRECTORY, exist_ok=True)


def _named_by(variable: str) -> Path | None:
    name = os.environ.get(variable)
    return Path(name).expanduser().absolute() if name else None
