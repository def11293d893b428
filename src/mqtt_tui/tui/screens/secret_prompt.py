"""Asks for a password."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.screens.dialog import Dialog


class SecretPrompt(Dialog[str]):
    """A secret that a profile wants to be asked for; it is used once and stored nowhere.

    Args:
        secret: which one, as ``secrets.asked_for`` names it: ``password``, ``key password``.
        profile: whose.
    """

    DEFAULT_CSS = """
    SecretPrompt {
        & > #box { width: 60; padding: 1 2; }
        Input { margin: 1 0; }
    }
    """

    def __init__(self, secret: str, profile: BrokerProfile) -> None:
        super().__init__()
        self.heading = secret.capitalize()
        self.question = f"{self.heading} for {_whose(secret, profile)}"

    def content(self) -> ComposeResult:
        """What is asked, and the line to type in."""
        yield Static(Content(self.question))
        yield Input(password=True)
        yield Static(Content("Used for this connection and stored nowhere."), classes="hint")

    def result(self) -> str:
        """What was typed; an empty password is one."""
        return self.query_one(Input).value

    def on_input_submitted(self) -> None:
        """Enter gives it."""
        self.action_save()


def _whose(secret: str, profile: BrokerProfile) -> str:
    if secret == "key password":  # noqa: S105  the name of a secret
        return display_text(profile.tls.key_file or profile.tls.certificate_file or "the client key")
    address = display_text(profile.endpoint.address)
    return address if profile.username is None else f"{display_text(profile.username)} at {address}"
