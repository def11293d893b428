"""Numbers, sizes and times as people read them."""

import datetime
from enum import Enum

SECOND = 1_000_000_000
"""Nanoseconds."""


def count_text(number: float) -> str:
    """At most five characters: ``812``, ``9,999``, ``12.3k``, ``1.2M``."""
    if number < 10_000:
        return f"{number:,.0f}"
    for unit, size in (("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)):
        if number < 999.5 * size:
            return f"{number / size:.1f}{unit}" if number < 99.95 * size else f"{number / size:.0f}{unit}"
    return f"{number:.0e}"


def counted(number: int, noun: str) -> str:
    """``1 topic``, ``2 topics``, ``1,204 topics``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def took_text(seconds: float) -> str:
    """``0.4 ms``, ``312.0 ms``, ``1.5 s``: how long something took that is mostly quick."""
    return f"{1000 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def rate_text(per_second: float) -> str:
    """``0.4/s``, ``12/s``, ``1,204/s``; nothing where there was nothing."""
    if not per_second:
        return ""
    return f"{per_second:.1f}/s" if per_second < 9.95 else f"{count_text(per_second)}/s"


def size_text(size: float) -> str:
    """Bytes in decimal units: ``214 B``, ``1.2 kB``, ``20 MB``."""
    if size < 1_000:
        return f"{size:.0f} B"
    for unit in ("kB", "MB", "GB"):
        size /= 1_000
        if size < 999.5 or unit == "GB":
            break
    return f"{size:.1f} {unit}" if size < 99.95 else f"{size:.0f} {unit}"


def duration_text(nanoseconds: int) -> str:
    """One unit, at most six characters: ``now``, ``12 s``, ``4 min``, ``3 h``, ``5 d``."""
    seconds = nanoseconds / SECOND
    if seconds < 1:
        return "now"
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds < 59.5 else "1 min"
    if seconds < 3_600:
        return f"{seconds // 60:.0f} min"
    return f"{seconds // 3_600:.0f} h" if seconds < 172_800 else f"{seconds // 86_400:.0f} d"


def exact_duration_text(nanoseconds: int) -> str:
    """With the precision that tells two messages apart: ``+0.004 s``, ``+12.5 s``, ``+3:04:05``."""
    seconds = nanoseconds / SECOND
    if seconds < 10:
        return f"+{seconds:.3f} s"
    if seconds < 60:
        return f"+{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"+{hours}:{minutes:02}:{rest:02}" if hours else f"+{minutes}:{rest:02} min"


def clock_text(at: int, zone: datetime.tzinfo | None = None) -> str:
    """The time of day to milliseconds, local unless ``zone`` is given. ``at``: nanoseconds since the epoch."""
    return _moment(at, zone).strftime("%H:%M:%S.") + f"{at // 1_000_000 % 1_000:03}"


def moment_text(at: int, zone: datetime.tzinfo | None = None) -> str:
    """Date, time to milliseconds and offset: ``2026-11-20 10:02:11.123 +01:00``."""
    moment = _moment(at, zone)
    offset = moment.strftime("%z")
    return f"{moment:%Y-%m-%d} {clock_text(at, zone)} " + (f"{offset[:3]}:{offset[3:5]}" if zone is None else "UTC")


class TimeFormat(Enum):
    """How the time of a message is written; the value names it to people."""

    AGE = "age"
    LOCAL = "local time"
    UTC = "UTC"
    DELTA = "time between messages"

    @property
    def next(self) -> "TimeFormat":
        """The one behind it, round and round."""
        formats = list(TimeFormat)
        return formats[(formats.index(self) + 1) % len(formats)]


def ago_text(nanoseconds: int) -> str:
    """``just now``, ``12 s ago``, ``4 min ago``."""
    duration = duration_text(nanoseconds)
    return "just now" if duration == "now" else f"{duration} ago"


def time_text(at: int, time_format: TimeFormat, *, now: int, before: int | None) -> str:
    """The time of a message in at most twelve characters.

    Args:
        at: when it was received, like all the others in nanoseconds since the epoch.
        time_format: how to write it.
        now: what an age counts to.
        before: when the message before it was received; None where there is none, which leaves a delta empty.
    """
    match time_format:
        case TimeFormat.AGE:
            return duration_text(now - at)
        case TimeFormat.LOCAL:
            return clock_text(at)
        case TimeFormat.UTC:
            return clock_text(at, datetime.UTC)
        case TimeFormat.DELTA:
            return "" if before is None else exact_duration_text(at - before)


def _moment(at: int, zone: datetime.tzinfo | None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at // SECOND, datetime.UTC).astimezone(zone)
