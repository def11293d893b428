"""``mqtt-tui demo``: a broker and a simulated site to look at."""

import click

from mqtt_tui.cli.screen import open_screen

_HELP_BOTH = {"help_option_names": ["-h", "--help"]}


@click.command(context_settings=_HELP_BOTH)
@click.option("--no-ui", is_flag=True, help="Serve only, and print the URL.")
@click.option("-p", "--port", type=click.IntRange(0, 65_535), default=0, help="Port on loopback; 0 is any free one.")
@click.option("--rate", type=float, default=1.0, metavar="FACTOR", help="How fast the site lives; 1.")
@click.option("--devices", type=int, default=None, metavar="N", help="Number of machines.")
def command(*, no_ui: bool, port: int, rate: float, devices: int | None) -> None:
    """Open a simulated site on a broker of its own.

    The broker listens on this machine only. Other clients can use it too: its port is in the header.
    """
    if no_ui:
        _serve(port, rate, devices)
        return
    from mqtt_tui.tui.launch import DemoOptions

    open_screen(demo=DemoOptions(port=port, rate=rate, devices=devices))


def _serve(port: int, rate: float, devices: int | None) -> None:
    from mqtt_tui.cli.event_loop import run
    from mqtt_tui.demo.serve import serve
    from mqtt_tui.demo.site.site import MACHINES

    run(serve(port, rate=rate, devices=MACHINES if devices is None else devices, announce=_announce))


def _announce(url: str) -> None:
    click.echo(url)  # echo flushes
    click.echo(
        f"The demo broker is running. Look at it with: mosquitto_sub -p {url.rpartition(':')[2]} -t '#' -v\n"
        f"or: mqtt-tui {url}. Ctrl+C ends it.",
        err=True,
    )
