"""Messages handed to a sink as a connection would: those with the same first byte together."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival, RawPublish
from mqtt_tui.model.protocol import Protocol


class At(NamedTuple):
    """When and how messages come."""

    received_at: int
    protocol: Protocol = Protocol.V5
    epoch: int = 0


def deliver(sink: Sink, publishes: Iterable[RawPublish], at: At) -> None:
    """Let ``sink`` ingest ``publishes``, in order."""
    for head, run in groupby(publishes, key=lambda publish: publish[0]):
        messages = list(run)
        arrival = Arrival(at.received_at, head, protocol=at.protocol, epoch=at.epoch)
        sink.ingest([topic for _, topic, _ in messages], [rest for _, _, rest in messages], arrival)
