"""How a command ends that does not end well: one line on stderr and an exit code."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_tb

import click

from mqtt_tui import __version__
from mqtt_tui.cli.event_loop import Interrupted
from mqtt_tui.errors import ExitCode, LocalError, MqttTuiError
from mqtt_tui.text.display_text import display_lines, display_text

_BY_SIGNAL = 128
_NAME_ONLY_CODE = (ImportError, AttributeError, NameError)


def ending(error: BaseException) -> int:
    """Tell the user what happened; the exit code that tells the shell."""
    match error:
        case MqttTuiError():
            tell(error.message, error.hint)
            return error.exit_code
        case Interrupted():
            return _BY_SIGNAL + error.signal_number
        case KeyboardInterrupt() | click.Abort():
            return _BY_SIGNAL + signal.SIGINT
        case click.exceptions.NoArgsIsHelpError():  # its message is the whole help
            click.echo(error.format_message(), err=True)
            return ExitCode.USAGE
        case click.ClickException():
            tell("\n".join(display_lines(error.format_message())), _usage_hint(error))
            return ExitCode.USAGE
        case BrokenPipeError():  # who reads has enough, and knows why
            return _BY_SIGNAL + 13  # SIGPIPE, as cat has it; Windows has no such name
        case OSError() if error.errno is not None:  # else it is no answer of the system, but a mistake of ours
            return ending(_refused_by_the_system(error))
        case Exception():
            tell(*_crash(error))
            return ExitCode.UNEXPECTED
        case _:
            raise error


def tell(message: str, hint: str = "") -> None:
    """Say something on stderr: ``mqtt-tui: message`` and a line with the hint. Both are safe to show."""
    click.echo(f"mqtt-tui: {message}" + (f"\n  {hint}" if hint else ""), err=True)


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help shows what there is." if context else ""


def _refused_by_the_system(error: OSError) -> LocalError:
    where = f"{display_text(os.fspath(error.filename))}: " if error.filename else ""
    return LocalError(f"{where}{display_text(error.strerror or type(error).__name__)}.")


def _crash(error: Exception) -> tuple[str, str]:
    """What to say of a mistake in the program: where its report is."""
    what = f"This should not have happened ({type(error).__name__})"
    try:
        file = _write_report(error)
    except OSError as refusal:
        return f"{what}, and no report could be written: {display_text(str(refusal))}.", ""
    return f"{what}; the report is in {display_text(str(file))}", "It holds no payload and no secret."


def _write_report(error: Exception) -> Path:
    from mqtt_tui.config.paths import data_directory, make_private  # only a crash needs them

    directory = data_directory()
    make_private(directory)
    file = directory / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as report:
        report.write(crash_report(error))
    return file


def crash_report(error: BaseException) -> str:
    """The call stacks of ``error`` and of its causes, without texts and local variables: they may hold secrets."""
    lines = [f"mqtt-tui {__version__}, Python {sys.version.split()[0]} on {sys.platform}\n"]
    cause: BaseException | None = error
    while cause is not None:
        text = f": {cause}" if isinstance(cause, _NAME_ONLY_CODE) else ""
        lines += [f"\n{type(cause).__module__}.{type(cause).__qualname__}{text}\n", *format_tb(cause.__traceback__)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "".join(lines)
