"""Asking for passwords."""

import getpass
import sys

from mqtt_tui.profiles.secrets import Ask, NamedSecret, SecretMissing


def ask_at_terminal() -> Ask | None:
    """What asks the user at the terminal; None where there is none."""
    return _ask if sys.stdin is not None and sys.stdin.isatty() else None


def _ask(named: NamedSecret) -> str:
    try:
        return getpass.getpass(f"{named.title[:1].upper()}{named.title[1:]}: ")
    except EOFError:
        raise SecretMissing(f"No {named.title} was given.") from None
