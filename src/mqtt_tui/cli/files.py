"""The user's files, as the commands use them."""

from mqtt_tui.cli.commands import COMMANDS
from mqtt_tui.config.paths import config_directory, settings_file
from mqtt_tui.config.reading import Problem
from mqtt_tui.config.settings import Settings, load_settings
from mqtt_tui.profiles.repository import ProfileRepository


def profile_repository() -> ProfileRepository:
    """The saved profiles."""
    return ProfileRepository(config_directory(), COMMANDS)


def settings() -> tuple[Settings, list[Problem]]:
    """What config.toml says, and what is wrong with it."""
    return load_settings(settings_file())
