"""Asking for passwords."""

import getpass
import sys

from mqtt_tui.profiles.secrets import Ask, SecretMissing


def ask_at_terminal() -> Ask | None:
    """What asks the user at the terminal; None where there is none."""
    return _ask if sys.stdin is not None and sys.stdin.isatty() else None


def _ask(name: str) -> str:
    try:
        return getpass.getpass(f"{name[:1].upper()}{name[1:]}: ")
    except EOFError:
        raise SecretMissing(f"No {name} was given.") from None
