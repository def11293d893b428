"""Asks for a password."""

import asyncio
from typing import Any

from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.proxy_url import ProxyUrl
from mqtt_tui.profiles.secrets import KEY_PASSWORD, PROXY_PASSWORD, NamedSecret, asked_for
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.screens.dialog import Dialog


class SecretPrompt(Dialog[str]):
    """A secret that a profile wants to be asked for; it is used once and stored nowhere.

    Args:
        secret: which one.
        profile: whose.
    """

    DEFAULT_CSS = """
    SecretPrompt {
        & > #box { width: 60; padding: 1 2; }
        Input { margin: 1 0; }
    }
    """

    def __init__(self, secret: NamedSecret, profile: BrokerProfile) -> None:
        super().__init__()
        self.heading = f"{secret.title[:1].upper()}{secret.title[1:]}"
        self.question = f"{self.heading} for {_whose(secret.key, profile)}"

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


async def ask_for_secrets(app: App[Any], profile: BrokerProfile) -> dict[str, str] | None:
    """The secrets that ``profile`` wants asked for, by key; None where the user left. Call it in a worker."""
    answers: dict[str, str] = {}
    for named in asked_for(profile):
        prompt = SecretPrompt(named, profile)
        try:
            answer = await app.push_screen_wait(prompt)
        except asyncio.CancelledError:  # another broker was chosen meanwhile
            if app.screen_stack[-1:] == [prompt]:
                app.pop_screen()
            raise
        if answer is None:
            return None
        answers[named.key] = answer
    return answers


def _whose(key: str, profile: BrokerProfile) -> str:
    if key == KEY_PASSWORD:
        return display_text(profile.tls.key_file or profile.tls.certificate_file or "the client key")
    if key == PROXY_PASSWORD:
        return ProxyUrl.parse(profile.proxy.url or "").public
    address = display_text(profile.endpoint.address)
    return address if profile.username is None else f"{display_text(profile.username)} at {address}"
