"""Asking for passwords."""

import getpass
import sys

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Answers, NamedSecret, SecretMissing, asked_for


def answers_at_terminal(profile: BrokerProfile) -> Answers:
    """What the user answers for the secrets that ``profile`` wants asked for; none where there is no terminal.

    Called before there is an event loop: it would take Ctrl+C away from the prompt.

    Raises:
        SecretMissing: the user closed the input.
    """
    return {named.key: ask(named) for named in asked_for(profile)} if has_terminal() else {}


def has_terminal() -> bool:
    """Whether anybody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(named: NamedSecret) -> str:
    """What the user types, unseen.

    Raises:
        SecretMissing: the user closed the input.
    """
    try:
        return getpass.getpass(f"{named.title[:1].upper()}{named.title[1:]}: ")
    except EOFError:
        raise SecretMissing(f"No {named.title} was given.") from None
