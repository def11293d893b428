"""What stands in the frame of the inspector."""

from rich.cells import cell_len
from textual.content import Content

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.quantities import TimeFormat, ago_text, size_text, time_text
from mqtt_tui.tui.safe import Part, line

Label = tuple[int, str, str]
"""How soon it gives way (the lowest first), its text, its style."""


def message_labels(
    message: ApplicationMessage,
    number: int,
    count: int,
    *,
    read_as: str,
    is_live: bool,
    time: str,
) -> list[Label]:
    """How a message came, in the order in which it is written.

    Args:
        message: the message.
        number: which of its topic's.
        count: how many its topic had.
        read_as: the format that its decoder found.
        is_live: whether it is followed by the next one as soon as that comes.
        time: when it came, in words.
    """
    labels: list[Label] = [
        (2, read_as, ""),
        (3, size_text(len(message.payload)), ""),
        (5, f"QoS {message.qos:d}", f"$qos-{message.qos:d}" if message.qos else ""),
    ]
    if message.retain:
        labels.append((6, "retained", "$retained"))
    if message.dup:
        labels.append((6, "dup", "$warning"))
    if message.is_stored:
        labels += [(4, "age unknown", ""), (0, time, "")]
    else:
        labels.append((4, time, ""))
    if is_live:
        return [*labels, (1, f"#{number:,}", "")]
    return [*labels, (9, f"older: #{number:,} of {count:,}", "bold $warning"), (0, "← , . → esc live", "$warning")]


def time_label(message: ApplicationMessage, time_format: TimeFormat, *, now: int, before: int | None) -> str:
    """When ``message`` came; of one that the broker had stored, only when it reached us is known.

    Args:
        message: the message.
        time_format: how to write it.
        now: nanoseconds since the epoch.
        before: when the message before it came.
    """
    written = time_text(message.received_at, time_format, now=now, before=before)
    if time_format is TimeFormat.AGE or not written:
        written = ago_text(now - message.received_at)
    elif time_format is TimeFormat.UTC:
        written += " UTC"
    return f"received {written}" if message.is_stored else written


def fitted(labels: list[Label], width: int) -> Content:
    """As many of ``labels`` as fit into ``width`` cells, with dots between."""
    labels = list(labels)
    while len(labels) > 1 and sum(cell_len(text) + 3 for _, text, _ in labels) - 3 > width:
        labels.remove(min(labels))
    parts: list[Part] = []
    for _, text, style in labels:
        parts += [" · ", (text, style)] if parts else [(text, style)]
    return line(*parts)
