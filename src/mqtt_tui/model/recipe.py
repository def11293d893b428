"""How the payloads of a topic are to be read, as users write it: ``gzip json``, ``base64 | jq .``."""

import shlex
from dataclasses import dataclass

from mqtt_tui.errors import UsageError

STEPS = ("gzip", "zlib", "bzip2", "xz", "zstd", "base64")
"""What a payload may be packed in, by name."""


class InvalidRecipe(UsageError):
    """The text says no way to read a payload."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a payload is unpacked from, one step after the other, and what reads the result."""

    steps: tuple[str, ...] = ()
    """Of ``STEPS``, the outermost first."""
    view: str = ""
    """A decoder's name; empty: the one that is surest of it."""
    command: tuple[str, ...] = ()
    """A program that gets the bytes and writes text, in place of a decoder."""

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        """Read steps and a decoder's name, with blanks between; or steps, ``|``, and a command.

        Raises:
            InvalidRecipe: what cannot be meant.
        """
        before, bar, after = text.partition("|")
        words = before.split()
        try:
            command = tuple(shlex.split(after))
        except ValueError:
            raise InvalidRecipe("A quotation mark in the command has no other end.") from None
        if bar and not command:
            raise InvalidRecipe("Behind | comes a command, as in: gzip | jq .")
        view = words.pop() if words and words[-1] not in STEPS else ""
        if view and bar:
            raise InvalidRecipe(f"{view!a} stands before a command; that takes the place of a decoder.")
        for word in words:
            if word not in STEPS:
                known = ", ".join(STEPS)
                raise InvalidRecipe(f"{word!a} is no step; steps are {known}, and one decoder comes last.")
        if not (words or view or command):
            raise InvalidRecipe("A decoder's name is missing, as in: gzip json")
        return cls(tuple(words), view, command)

    def __str__(self) -> str:
        """As ``parse`` reads it."""
        words = [*self.steps, self.view] if self.view else [*self.steps]
        return " ".join([*words, "|", shlex.join(self.command)] if self.command else words)
