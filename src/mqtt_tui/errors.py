"""What can go wrong, as types.

MqttTuiError
├── UsageError            what was asked for cannot be meant (exit 2)
├── CannotConnect         no MQTT connection came about (exit 3)
├── ConnectRefused        the broker answered CONNECT with a refusal (exit 4)
├── ConnectionLost        an established connection ended (exit 5)
├── Rejected              the broker refused a publish or a subscription (exit 6)
├── LocalError            a file, a profile or a setting is at fault (exit 7)
└── TimedOut              what was waited for did not come (exit 27)

Each says what happened, where and why in its message, and what to do in its hint. Callers match on types, never
on texts. Words of strangers go through ``text.display_text`` before they enter a message.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command tells the shell."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    CANNOT_CONNECT = 3
    REFUSED = 4
    CONNECTION_LOST = 5
    REJECTED = 6
    LOCAL = 7
    CONDITION_MET = 8
    """What was to be looked out for has come about (``bench --fail-if``)."""
    TIMED_OUT = 27


def _printable(text: str) -> str:
    """The last net: whatever a careless caller let through cannot reach a terminal as a control character."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


class MqttTuiError(Exception):
    """Anything that the program can explain.

    Args:
        message: what happened, where and why, as one sentence or as lines.
        hint: what the user can do about it; empty where there is nothing to say.
    """

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = _printable(message)
        self.hint = _printable(hint)
        super().__init__(self.message)


class UsageError(MqttTuiError):
    """What was asked for cannot be meant."""

    exit_code = ExitCode.USAGE


class CannotConnect(MqttTuiError):
    """No MQTT connection came about: name, network, TLS, or no CONNACK."""

    exit_code = ExitCode.CANNOT_CONNECT


class ConnectRefused(MqttTuiError):
    """The server answered CONNECT with a failure (MQTT 5.0, 3.2.2.2).

    Args:
        message: the sentence.
        hint: what to change.
        reason_code: as sent by the server.
        permanent: trying again unchanged cannot help (bad credentials, not authorised, banned ...).
        field: the profile field at fault (``username``, ``client_id`` ...), where one is.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, *, hint: str = "", reason_code: int, permanent: bool, field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason_code = reason_code
        self.permanent = permanent
        self.field = field


class ConnectionLost(MqttTuiError):
    """An established connection ended.

    Args:
        message: the sentence.
        hint: what may help.
        reason_code: of the server's DISCONNECT; None where the link broke without one.
        silent_for: seconds for which nothing had come any more when that was noticed.
        permanent: connecting again unchanged cannot help.
    """

    exit_code = ExitCode.CONNECTION_LOST

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        reason_code: int | None = None,
        silent_for: float = 0.0,
        permanent: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.reason_code = reason_code
        self.silent_for = silent_for
        self.permanent = permanent


class Rejected(MqttTuiError):
    """The broker refused a publish or a subscription."""

    exit_code = ExitCode.REJECTED

    def __init__(self, message: str, *, hint: str = "", reason_code: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.reason_code = reason_code


class LocalError(MqttTuiError):
    """A file, a profile or a setting on this machine is at fault."""

    exit_code = ExitCode.LOCAL


class TimedOut(MqttTuiError):
    """What was waited for did not come."""

    exit_code = ExitCode.TIMED_OUT
