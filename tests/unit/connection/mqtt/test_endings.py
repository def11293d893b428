"""What the libraries raise, as errors for people."""

import struct
import threading

import pytest
from paho.mqtt.exception import MQTTException

from mqtt_tui.connection.mqtt.endings import explaining
from mqtt_tui.errors import CannotConnect, ConnectionLost, UsageError
from tests.support.connecting import failure_of, quick_profile


@pytest.mark.parametrize(
    "error",
    [
        MQTTException("odd\x1b[31m"),
        ValueError("odd"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "odd"),
        OverflowError("odd"),
        RuntimeError("odd"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_no_packet_can_be_made_of_is_explained(error: Exception) -> None:
    with pytest.raises(UsageError, match=r"The message cannot be sent: .*odd") as explained, explaining("message"):
        raise error
    assert "\x1b" not in explained.value.message


def test_a_text_that_is_too_long_is_explained() -> None:
    with pytest.raises(UsageError, match="a text in it has more bytes than MQTT has room for"), explaining("message"):
        struct.pack("!H", 65_536)


@pytest.mark.parametrize("error", [ConnectionLost("gone"), TimeoutError("late"), AssertionError("a mistake of ours")])
def test_other_errors_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, explaining("message"):
        raise error
    assert raised.value is error


async def test_a_system_without_threads_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    error = await failure_of(quick_profile("mqtt://127.0.0.1:1"))
    assert isinstance(error, CannotConnect)
    assert "can't start new thread" in error.message
