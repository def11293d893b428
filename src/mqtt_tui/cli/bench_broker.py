"""``mqtt-tui bench pub``, ``sub``, ``rtt`` and ``conn``: measure a broker."""

from typing import Any

import click

from mqtt_tui.cli.bench_options import connecting_options, publishing_options, subscribing_options
from mqtt_tui.cli.connection_options import ConnectingCommand


@click.command(cls=ConnectingCommand)
@publishing_options
def pub(**what: Any) -> None:  # noqa: ANN401  as bench_broker_run.measure has it
    """Measure how many messages a broker takes, and how soon.

    The table says what was sent, acknowledged and refused, and the time from write to acknowledgement.

    \b
    mqtt-tui bench pub mqtt://localhost -t bench/%i -c 100 -q 1 --rate 5000 --seconds 30
    mqtt-tui bench pub factory -t bench -q 1 --count 100000 --fail-if 'p99>50ms' --fail-if 'rate<10k'
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.benchmark.publishing import PublishBench
    from mqtt_tui.benchmark.result import PublishResult
    from mqtt_tui.cli.bench_broker_run import measure

    measure(PublishBench, PublishResult, **what)


@click.command(cls=ConnectingCommand)
@subscribing_options
def sub(**what: Any) -> None:  # noqa: ANN401  as bench_broker_run.measure has it
    """Measure how many messages a broker delivers.

    The table says what each client got at least and at most, the longest gap, and what is missing of the messages
    that bench pub sends.

    \b
    mqtt-tui bench sub mqtt://localhost -t 'bench/#' -c 50 --warmup 2 --seconds 30
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.benchmark.result import SubscribeResult
    from mqtt_tui.benchmark.subscribing import SubscribeBench
    from mqtt_tui.cli.bench_broker_run import measure

    measure(SubscribeBench, SubscribeResult, **what)


@click.command(cls=ConnectingCommand)
@publishing_options
def rtt(**what: Any) -> None:  # noqa: ANN401  as bench_broker_run.measure has it
    """Measure the way through a broker and back.

    Each client subscribes to what it publishes; of several clients, each has a topic of its own. Without --rate each
    sends its next message when the one before is back.

    \b
    mqtt-tui bench rtt mqtt://localhost -t ping --count 1000
    mqtt-tui bench rtt factory -t ping -c 20 -q 1 --rate 200 --seconds 60 --fail-if 'loss>0%'
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.benchmark.result import RoundTripResult
    from mqtt_tui.benchmark.round_trip import RoundTripBench
    from mqtt_tui.cli.bench_broker_run import measure

    measure(RoundTripBench, RoundTripResult, **what)


@click.command(cls=ConnectingCommand)
@connecting_options
def conn(**what: Any) -> None:  # noqa: ANN401  as bench_broker_run.measure has it
    """Measure how fast a broker lets clients in, and how many it keeps.

    All stay open until the last is in, and for S seconds more.

    \b
    mqtt-tui bench conn mqtt://localhost -c 1000 --ramp 5 --seconds 60 --fail-if 'failed>0'
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.benchmark.connecting import ConnectBench
    from mqtt_tui.benchmark.result import ConnectResult
    from mqtt_tui.cli.bench_broker_run import measure

    measure(ConnectBench, ConnectResult, **what)
