"""``mqtt-tui profiles doctor`` and ``login``: what a profile still lacks on this machine."""

from collections.abc import Iterator, Sequence

import click
from msgspec import convert, to_builtins

from mqtt_tui.cli.files import profile_repository
from mqtt_tui.cli.passwords import ask, has_terminal
from mqtt_tui.cli.target import unknown_profile
from mqtt_tui.config.paths import in_config_directory
from mqtt_tui.errors import LocalError, MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import NamedSecret, resolve_one, secrets_of, set_secret, store
from mqtt_tui.profiles.stored import Profiles
from mqtt_tui.text.display_text import display_text

_FILES = ("ca_file", "ca_directory", "certificate_file", "key_file")


def run_doctor(names: Sequence[str]) -> None:
    """Print what is missing, profile by profile.

    Raises:
        LocalError: something is, or a profile is unknown.
    """
    profiles = profile_repository().load()
    lacking = 0
    for name in names or profiles.entries:
        problems = list(_problems(_known(name, profiles)))
        lacking += bool(problems)
        sign = click.style("✗", fg="red", bold=True) if problems else click.style("✓", fg="green", bold=True)
        click.echo(f"{sign} {display_text(name)}")
        for problem in problems:
            click.echo(f"    {problem.message}")
            if problem.hint:
                click.echo(f"    → {problem.hint}")
    for line in map(str, profiles.problems):
        click.echo(line)
    if lacking or profiles.problems:
        raise LocalError("Not all is there.")


def run_login(name: str) -> None:
    """Ask for the secrets of a profile and put them into the key store; the profile names them from then on.

    Raises:
        LocalError: there is no such profile, no terminal, or no key store.
    """
    repository = profile_repository()
    profile = _known(name, repository.load())
    wanted = [named for named in secrets_of(profile) if named.secret.source in ("prompt", "keyring", "value")]
    if not wanted:
        raise LocalError(
            f"{display_text(name)} has no secret that could be kept in the key store.",
            hint='password = { keyring = "NAME" } in the profile names one.',
        )
    if not has_terminal():
        raise LocalError("There is no terminal to ask at.", hint="keyring set mqtt-tui ENTRY reads from a pipe.")
    table = to_builtins(profile)
    for named in wanted:
        entry = named.secret.keyring or _entry(name, named)
        store(entry, ask(named))
        set_secret(table, named.key, {"keyring": entry})
        click.echo(f"stored the {named.title} as {display_text(entry)}", err=True)
    repository.save(name, convert(table, BrokerProfile))


def _entry(name: str, named: NamedSecret) -> str:
    return name if named.key == "password" else f"{name} {named.title}"


def _known(name: str, profiles: Profiles) -> BrokerProfile:
    if name not in profiles.entries:
        raise unknown_profile(name, profiles)
    return profiles.entries[name]


def _problems(profile: BrokerProfile) -> Iterator[MqttTuiError]:
    """What is not where the profile says; nobody is asked, and no command is run."""
    for key in _FILES:
        file = getattr(profile.tls, key)
        if file is not None and not in_config_directory(file).exists():
            yield LocalError(f"tls.{key}: there is no {display_text(str(in_config_directory(file)))}.")
    for named in secrets_of(profile):
        if named.secret.source == "command":
            yield from _missing_program(named)
        elif named.secret.source != "prompt":
            try:
                resolve_one(named)
            except MqttTuiError as error:
                yield error
    if profile.proxy.command:
        yield from _missing_program(NamedSecret("proxy.command", "proxy", Secret(command=profile.proxy.command)))


def _missing_program(named: NamedSecret) -> Iterator[MqttTuiError]:
    import shutil

    program = named.secret.command[0]
    if shutil.which(program) is None:
        yield LocalError(f"{named.key}: there is no program called {display_text(program)}.")
