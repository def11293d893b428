"""``mqtt-tui profiles import`` and ``export``."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from mqtt_tui.cli.endings import tell
from mqtt_tui.cli.files import profile_repository
from mqtt_tui.cli.target import unknown_profile
from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.importing.sources import Source, read_source, usual_files_here
from mqtt_tui.profiles.importing.taking import brings_private_key, free_name, holds_secrets, take, without_secrets
from mqtt_tui.profiles.stored import VERSION, table_of
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import counted


def run_import(files: Sequence[str], *, only: Sequence[str], yes: bool, with_secrets: bool) -> None:
    """Show what there is, ask, and save.

    Raises:
        LocalError: a file cannot be read, or nothing was found.
        UsageError: ``only`` names what is not there.
    """
    sources = [read_source(Path(file)) for file in files] or list(_usual_sources())
    if not sources:
        raise LocalError(
            "There is nothing to import in the usual places.", hint="Name a file: mqtt-tui profiles import FILE"
        )
    repository = profile_repository()
    taken = set(repository.load().entries)
    chosen: list[tuple[Candidate, str]] = []
    for source in sources:
        click.echo(f"{display_text(str(source.file))}: {source.kind}, {counted(len(source.candidates), 'broker')}")
        for note in source.notes:
            click.echo(f"  {note}")
        for candidate in source.candidates:
            name = free_name(candidate.name, taken, repository.commands)
            taken.add(name)
            if not only or name in only:
                chosen.append((candidate, name))
                _show(candidate, name, with_secrets=with_secrets)
    missing = [name for name in only if name not in {name for _, name in chosen}]
    if missing:
        raise UsageError(f"{display_text(missing[0])} is not among them.", hint="Without --only all names are shown.")
    if not chosen or not _is_agreed(len(chosen), yes=yes):
        return
    for candidate, name in chosen:
        take(candidate, name, repository, with_secrets=with_secrets)
        click.echo(f"added {display_text(name)}", err=True)


def _usual_sources() -> Iterator[Source]:
    """Those in the usual places; one that cannot be read is told and passed over."""
    for file in usual_files_here():
        try:
            yield read_source(file)
        except LocalError as error:
            tell(error.message)


def _show(candidate: Candidate, name: str, *, with_secrets: bool) -> None:
    profile = candidate.profile
    user = f"  {display_text(profile.username)}" if profile.username else ""
    click.echo(f"  {name:<20}  {display_text(profile.endpoint.public)}{user}")
    for note in candidate.notes:
        click.echo(f"    {note}")
    if holds_secrets(candidate):
        said = "taken over and stored" if with_secrets else "left out, and asked for when it is opened (--with-secrets)"
        click.echo(f"    secrets: {said}")
    if brings_private_key(candidate):
        said = "taken over, into a file" if with_secrets else "left out (--with-secrets)"
        click.echo(f"    client certificate and private key: {said}")


def _is_agreed(count: int, *, yes: bool) -> bool:
    if yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        tell("Nothing was saved. To save them: --yes")
        return False
    return click.confirm(f"Save {'it' if count == 1 else f'these {count}'}?", err=True)


def run_export(names: Sequence[str], output: str | None) -> None:
    """Write profiles as TOML, without their secrets.

    Raises:
        LocalError: a profile is unknown, or the file exists or cannot be written.
    """
    import tomli_w

    repository = profile_repository()
    profiles = repository.load()
    for name in names:
        if name not in profiles.entries:
            raise unknown_profile(name, profiles)
    chosen = {name: without_secrets(profiles.entries[name]) for name in names or profiles.entries}
    tables = {name: table_of(profile, repository.file, name) for name, profile in chosen.items()}
    text = tomli_w.dumps({"version": VERSION, "profiles": tables})
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        reason = display_text(error.strerror or str(error))
        raise LocalError(f"{display_text(output)} cannot be written: {reason}.") from None
    click.echo(f"{len(chosen)} profiles written to {display_text(output)}, without their secrets", err=True)
