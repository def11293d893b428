"""Decoders as somebody may write them."""

from mqtt_tui.decoders.base import Decoded, NotDecodable, Token
from mqtt_tui.model.application_message import ApplicationMessage


class Greedy:
    """Is sure of everything."""

    name = "greedy"
    title = "greedy"

    def accepts(self, message: ApplicationMessage) -> int:
        return 100

    def decode(self, message: ApplicationMessage) -> Decoded:
        return Decoded("greedy", [((Token.PLAIN, "mine"),)])


class Raising(Greedy):
    """Breaks on what it reads."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        raise ValueError("bad \x1b[31m frame")


class Exiting(Greedy):
    """Ends the program."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        raise SystemExit(3)


class Recursing(Greedy):
    """Trusts the stack."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        return self.decode(message)


class Returning(Greedy):
    """Returns something else."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        return "text"  # type: ignore[return-value]  # that is its fault


class Unsure(Greedy):
    """Cannot even say whether."""

    def accepts(self, message: ApplicationMessage) -> int:
        return None  # type: ignore[return-value]  # that is its fault


class Declining(Greedy):
    """Finds that it was not its format."""

    def decode(self, message: ApplicationMessage) -> Decoded:
        raise NotDecodable("not greedy enough")
