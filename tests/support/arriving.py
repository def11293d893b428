"""Messages handed to a sink as a connection would."""

from collections.abc import Iterable
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
    """Let ``sink`` ingest ``publishes`` as one read, in order."""
    messages = list(publishes)
    if not messages:
        return
    first = Arrival(at.received_at, messages[0][0], protocol=at.protocol, epoch=at.epoch)
    by_head = {head: first if head == first.head else first.with_head(head) for head, _, _ in messages}
    arrivals = [by_head[head] for head, _, _ in messages]
    sink.ingest([topic for _, topic, _ in messages], [rest for _, _, rest in messages], arrivals)
