"""``mqtt-tui themes``: the colours of the screen."""

from pathlib import Path

import click

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List themes and check files of your own."""


@command.command("list")
def list_themes() -> None:
    """Print the name of each; a star marks the one that config.toml chooses."""
    from mqtt_tui.cli.files import settings
    from mqtt_tui.config.paths import user_themes_directory
    from mqtt_tui.config.theme_file import load_themes

    chosen, found = settings()
    themes, problems = load_themes(user_themes_directory())
    for name in sorted(themes):
        click.echo(f"{'*' if name == chosen.theme else ' '} {name}")
    if found or problems:
        raise LocalError("\n".join(["Not all is well with the themes:", *map(str, [*found, *problems])]))


@command.command()
def path() -> None:
    """Print where themes of your own are looked for."""
    from mqtt_tui.config.paths import user_themes_directory

    click.echo(display_text(str(user_themes_directory())))


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with a theme file."""
    from mqtt_tui.config.theme_file import read_theme

    theme, problems = read_theme(file)
    if theme is None:
        raise LocalError("\n".join(["This theme cannot be used:", *map(str, problems)]))
    click.echo(f"{theme.name} is a complete theme.")
