"""Where a secret comes from."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Every table of profiles.toml is one of these."""


class Secret(Options, frozen=True):
    """Where a password comes from; exactly one of these is set."""

    env: str | None = None
    """Name of an environment variable."""

    keyring: str | None = None
    """Name of an entry in the system's key store, under the service ``mqtt-tui`` (needs the extra ``keyring``)."""

    command: tuple[str, ...] = ()
    """A program with its arguments, run without a shell for each connection; it prints the secret."""

    file: str | None = None
    """A file that holds nothing else; relative to the configuration directory."""

    prompt: bool = False
    """Ask each time."""

    value: str | None = None
    """Stored in profiles.toml, which only its owner can read."""

    def __post_init__(self) -> None:
        named = (self.env, self.keyring, self.file, self.value)
        if sum([*(one is not None for one in named), self.prompt, bool(self.command)]) != 1:
            raise ValueError(
                'should be one of { env = "NAME" }, { keyring = "NAME" }, { command = ["PROGRAM", "ARGUMENT"] }, '
                '{ file = "PATH" }, { prompt = true } and { value = "..." }'
            )

    @property
    def source(self) -> str:
        """Which of them is set: ``env``, ``keyring``, ``command``, ``file``, ``prompt`` or ``value``."""
        return next(name for name in self.__struct_fields__ if getattr(self, name) not in (None, False, ()))

    def __repr__(self) -> str:
        kind = self.source
        return f"Secret({'value=…' if kind == 'value' else f'{kind}={getattr(self, kind)!r}'})"
