"""Asking before something is done to a broker that its profile protects."""

import sys

import click

from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.target import Target
from mqtt_tui.text.display_text import display_text


def confirm(target: Target) -> None:
    """Let the user say yes at the terminal, where the profile of ``target`` says ``protect = "ask"``.

    Raises:
        UsageError: they did not, or there is no terminal to ask at.
    """
    if target.profile.protect != "ask":
        return
    name = display_text(target.name)
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            f"{name} is protected, and there is no terminal to ask at: nothing was sent.",
            hint="--protect none does without the question.",
        )
    if not click.confirm(f"{name} is protected. Publish there?", err=True):
        raise UsageError("Nothing was sent.")
