"""``mqtt-tui decoders``: what reads payloads."""

import sys
from pathlib import Path

import click

from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.text.display_text import display_text


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List decoders, and read a file with one."""


@command.command("list")
def list_decoders() -> None:
    """Print the decoders by name, with the package that each comes from, and the steps that may stand before one."""
    from mqtt_tui.decoders.registry import installed
    from mqtt_tui.model.recipe import STEPS

    found = [(display_text(one.name), _package(one.dist)) for one in installed()]
    width = max(len(name) for name, _ in found)
    for name, package in found:
        click.echo(f"{name:<{width}}  {package}".rstrip())
    click.echo(f"\nbefore them: {' '.join(STEPS)}\nor a command: gzip | jq .")


def _package(distribution: object) -> str:
    name, version = getattr(distribution, "name", ""), getattr(distribution, "version", "")
    return display_text(f"{name} {version}")


@command.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "recipe", metavar="RECIPE", help="Steps and a decoder, or a command: 'gzip json', '| jq .'.")
@click.option("--topic", metavar="TOPIC", default="", help="That it came from: some formats go by it.")
@click.option("--content-type", metavar="TYPE", help="As a publisher of MQTT 5 would name it.")
def decode(file: Path, recipe: str | None, topic: str, content_type: str | None) -> None:
    """Print FILE, or standard input for -, as the payload view shows it. What is to be known goes to stderr."""
    from mqtt_tui.decoders.base import LazyLines, NotDecodable
    from mqtt_tui.decoders.registry import DecoderRegistry
    from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
    from mqtt_tui.model.properties import PublishProperties
    from mqtt_tui.model.protocol import Protocol
    from mqtt_tui.model.recipe import Recipe
    from mqtt_tui.model.topic import TopicName

    wanted = Recipe() if recipe is None else Recipe.parse(recipe)
    payload = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        properties = PublishProperties(content_type=content_type)
        name = TopicName(topic).encode() if topic else b""
        head, name, rest = raw_publish(name, payload, protocol=Protocol.V5, properties=properties)
    except ValueError as error:
        raise UsageError(f"The content type cannot be sent: {display_text(str(error))}.") from None
    registry = DecoderRegistry()
    try:
        decoded = registry.read_or_raise(ApplicationMessage(name, Arrival(0, head, protocol=Protocol.V5), rest), wanted)
    except NotDecodable as error:
        raise LocalError(f"It cannot be read so: {error.message}.") from None
    finally:
        registry.close()
    lines = decoded.lines
    while isinstance(lines, LazyLines) and not lines.is_complete:
        lines.lay_out(1_000_000)
    for line in lines:
        click.echo("".join(text for _, text in line))
    click.echo(f"mqtt-tui: read as {decoded.format}. {decoded.note}".rstrip(), err=True)
