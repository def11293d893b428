"""What a profile may be called: on a command line its name stands where a URL, a topic or a command may stand."""

from collections.abc import Collection

from mqtt_tui.config.reading import nearest
from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.text.display_text import display_text

LONGEST = 64
_FORBIDDEN = "/+#$:"


class InvalidProfileName(UsageError):
    """No profile can have this name."""


class UnknownProfile(LocalError):
    """No profile is called ``name``; ``names`` are those that there are, and the nearest is proposed."""

    def __init__(self, name: str, names: Collection[str]) -> None:
        super().__init__(
            f"There is no profile called {display_text(name)}" + (nearest(name, names) or "."),
            hint="mqtt-tui profiles list shows all.",
        )


def check_name(name: str, commands: Collection[str] = ()) -> None:
    """Refuse what would be taken for something else; ``commands`` are the words that are commands.

    Raises:
        InvalidProfileName: saying which rule it breaks.
    """
    if not name:
        raise InvalidProfileName("A profile needs a name.")
    if len(name) > LONGEST:
        raise InvalidProfileName(f"A profile's name has at most {LONGEST} characters; this one has {len(name):,}.")
    for column, character in enumerate(name, 1):
        if character.isspace() or character in _FORBIDDEN or not character.isprintable():
            raise InvalidProfileName(
                f"A profile's name cannot have '{display_text(character)}' (column {column}).",
                hint=f"Blanks, control characters and {' '.join(_FORBIDDEN)} belong to URLs and topics.",
            )
    if name.startswith("-"):
        raise InvalidProfileName("A profile's name cannot begin with '-': it would be taken for an option.")
    if name in commands:
        raise InvalidProfileName(f"{name} is a command of mqtt-tui.", hint=f"For example {name}-1, or my-{name}")
