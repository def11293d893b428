"""``mqtt-tui profiles``: the saved brokers."""

import click

from mqtt_tui.cli.connection_options import ConnectingCommand, ConnectionOptions, connection_options
from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_lines, display_text


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List, show and change the saved brokers."""


@command.command("list")
def list_profiles() -> None:
    """Print name, URL and user of each; a star marks the default."""
    from mqtt_tui.cli.files import profile_repository
    from mqtt_tui.cli.profile_text import public_table

    profiles = profile_repository().load()
    names = list(profiles.entries)
    urls = [display_text(public_table(profile)["url"]) for profile in profiles.entries.values()]
    users = [display_text(profile.username or "") for profile in profiles.entries.values()]
    name_width, url_width = max(map(len, names), default=0), max(map(len, urls), default=0)
    for name, url, user in zip(names, urls, users, strict=True):
        star = "*" if name == profiles.default else " "
        click.echo(f"{star} {name:{name_width}}  {url:{url_width}}  {user}".rstrip())
    if profiles.problems:
        raise LocalError("\n".join(["Not all is well with the saved profiles:", *map(str, profiles.problems)]))
    if not names:
        click.echo("No broker is saved yet. To save one: mqtt-tui profiles add NAME URL", err=True)


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a profile as it stands in the file, without its secrets."""
    import tomli_w

    from mqtt_tui.cli.files import profile_repository
    from mqtt_tui.cli.profile_text import public_table
    from mqtt_tui.cli.target import unknown_profile

    profiles = profile_repository().load()
    if name not in profiles.entries:
        raise unknown_profile(name, profiles)
    text = tomli_w.dumps({"profiles": {name: public_table(profiles.entries[name])}})
    click.echo("\n".join(display_lines(text)), nl=False)


@command.command(cls=ConnectingCommand)
@connection_options
@click.argument("name")
@click.argument("url", required=False)
def add(name: str, url: str | None, connection: ConnectionOptions) -> None:
    """Save a broker under a name.

    Example: mqtt-tui profiles add factory mqtts://broker.plant -u ops -t 'plant/#'
    """
    from mqtt_tui.cli.endings import tell
    from mqtt_tui.cli.files import profile_repository
    from mqtt_tui.cli.target import new_profile

    choice = new_profile(url, connection)
    for warning in choice.warnings:
        tell(warning)
    profile_repository().create(name, choice.target.profile)
    click.echo(f"added {display_text(name)}", err=True)


@command.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a broker."""
    from mqtt_tui.cli.files import profile_repository

    profile_repository().delete(name)
    click.echo(f"removed {display_text(name)}", err=True)


@command.command()
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Give a broker another name."""
    from mqtt_tui.cli.files import profile_repository

    profile_repository().rename(name, new_name)
    click.echo(f"renamed {display_text(name)} to {display_text(new_name)}", err=True)


@command.command()
def path() -> None:
    """Print where the profiles are stored."""
    from mqtt_tui.cli.files import profile_repository

    click.echo(display_text(str(profile_repository().file)))


@command.command(cls=ConnectingCommand)
@connection_options
@click.argument("target", required=False, metavar="[NAME|URL]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--save-chain", type=click.Path(dir_okay=False), metavar="FILE", help="Write the broker's certificates, PEM."
)
def check(target: str | None, connection: ConnectionOptions, as_json: bool, save_chain: str | None) -> None:
    """Try to connect, and tell how each step went.

    Name, link, TLS with the certificates, WebSocket, CONNACK: each with its time, and what to do where one fails.
    Nothing is subscribed to or published; the client identifier is random. The exit code is that of the failure.
    """
    from mqtt_tui.cli.profile_check import run_check

    run_check(target, connection, as_json=as_json, save_chain=save_chain)


@command.command()
@click.argument("names", nargs=-1)
def doctor(names: tuple[str, ...]) -> None:
    """Name what profiles still lack on this machine: files, secrets, key store entries."""
    from mqtt_tui.cli.profile_doctor import run_doctor

    run_doctor(names)


@command.command()
@click.argument("name")
def login(name: str) -> None:
    """Store the secrets of a profile in the system's key store, after asking for them."""
    from mqtt_tui.cli.profile_doctor import run_login

    run_login(name)


@command.command()
@click.argument("names", nargs=-1)
def public(names: tuple[str, ...]) -> None:
    """Save public brokers to try things out on; without NAMES, list them.

    Everybody reads and writes there. They begin with a narrow topic filter.
    """
    from mqtt_tui.cli.files import profile_repository
    from mqtt_tui.config.reading import nearest
    from mqtt_tui.errors import UsageError
    from mqtt_tui.profiles.public_brokers import PUBLIC_BROKERS

    for name in names:
        if name not in PUBLIC_BROKERS:
            message = f"There is no public broker called '{display_text(name)}'{nearest(name, PUBLIC_BROKERS) or '.'}"
            raise UsageError(message, hint="mqtt-tui profiles public lists them.")
    for name in names:
        profile_repository().create(name, PUBLIC_BROKERS[name])
        click.echo(f"added {name}", err=True)
    if not names:
        for name, profile in PUBLIC_BROKERS.items():
            click.echo(f"{name:<15}  {profile.endpoint.public}")


@command.command("import")
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--only", multiple=True, metavar="NAME", help="Take only this one; repeatable.")
@click.option("--yes", is_flag=True, help="Save without asking.")
@click.option("--with-secrets", is_flag=True, help="Take over passwords too, and store them.")
def import_profiles(files: tuple[str, ...], only: tuple[str, ...], yes: bool, with_secrets: bool) -> None:
    """Take over brokers of MQTT Explorer, MQTTX, the mosquitto clients, or somebody's profiles.toml.

    Without FILES it looks in the usual places. What was found is shown first; nothing is connected to.
    """
    from mqtt_tui.cli.profile_import import run_import

    run_import(files, only=only, yes=yes, with_secrets=with_secrets)


@command.command()
@click.argument("names", nargs=-1)
@click.option("-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="A new file; standard output.")
def export(names: tuple[str, ...], output: str | None) -> None:
    """Write profiles as TOML, all without NAMES, for somebody else: stored secrets are left out."""
    from mqtt_tui.cli.profile_import import run_export

    run_export(names, output)
