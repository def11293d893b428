"""Requests that go from any screen up to the application."""

from textual import events
from textual.message import Message

from mqtt_tui.errors import ConnectRefused
from mqtt_tui.profiles.options import Pairs
from mqtt_tui.profiles.target import Target


class OpenTarget(Message):
    """The user wants to be connected to this broker, in a tab of its own."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target


class OpenDemo(Message):
    """The user wants to see the built-in demo."""


class NextBroker(Message):
    """The user wants to see the next one of the brokers that are open, or the one before."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by


class ShowBroker(Message):
    """The user wants to see this one of the brokers that are open."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class CloseBroker(Message):
    """The user wants to disconnect from the broker that is shown."""


class CompareTopic(Message):
    """The user wants to see what other brokers have on a topic."""

    def __init__(self, topic: bytes) -> None:
        super().__init__()
        self.topic = topic


class KeepDecoders(Message):
    """The user has changed how payloads are read.

    Args:
        profile: the saved profile's name.
        decoders: topic filters and recipes.
    """

    def __init__(self, profile: str, decoders: Pairs) -> None:
        super().__init__()
        self.profile = profile
        self.decoders = decoders


class ShowConnections(Message):
    """The user wants to choose another broker, or has to change a profile.

    Args:
        refusal: why a profile cannot be used as it is.
        profile: its name.
    """

    def __init__(self, refusal: ConnectRefused | None = None, profile: str = "") -> None:
        super().__init__()
        self.refusal = refusal
        self.profile = profile


class Copy(Message):
    """Something is to go into the clipboard, exactly as it is.

    Args:
        data: text, or bytes that go out unchanged where they are UTF-8.
        what: what it is, for the notice: ``topic``, ``payload``.
    """

    def __init__(self, data: str | bytes, what: str) -> None:
        super().__init__()
        self.data = data
        self.what = what


def is_waited_for(message: Message) -> bool:
    """Whether somebody did something and looks for an answer: not where the mouse only moves."""
    return isinstance(message, events.InputEvent | events.Paste) and not isinstance(message, events.MouseMove)
