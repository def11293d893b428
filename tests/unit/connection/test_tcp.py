"""Hosts with several addresses, on loopback; only the name server is the test's own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from mqtt_tui.connection.mqtt import tcp
from mqtt_tui.connection.steps import Stage, Steps
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.url import BrokerUrl

LISTENING, REFUSING, SILENT = "127.0.0.2", "127.0.0.3", "127.0.0.4"
HostWith = Callable[..., BrokerUrl]


@pytest.fixture
def host_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[HostWith]:
    """A URL whose host has these addresses."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server((LISTENING, 0)))
        port = listening.getsockname()[1]
        silent = stack.enter_context(socket.create_server((SILENT, port), backlog=0))
        for _ in range(2):  # more than wait to be let in: the system drops what others send
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())

        def host(*addresses: str) -> BrokerUrl:
            found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, 0, 0, "", (one, port)) for one in addresses]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
            return BrokerUrl.parse(f"mqtt://broker.example:{port}")

        yield host


def test_an_address_that_is_silent_does_not_hide_the_others(host_with: HostWith) -> None:
    steps = Steps()
    with tcp.connect(host_with(SILENT, SILENT, LISTENING), 30, None, steps) as sock:
        assert sock.getpeername()[0] == LISTENING
    assert [step.stage for step in steps.taken] == [Stage.NAME, Stage.REACH]
    assert steps.taken[0].facts == [("addresses", f"{SILENT}, {LISTENING}")]


def test_of_several_failures_the_one_that_says_most_is_told(host_with: HostWith) -> None:
    for addresses in ((SILENT, REFUSING), (REFUSING, SILENT)):
        with pytest.raises(ConnectionRefusedError):
            tcp.connect(host_with(*addresses), 0.4, None, Steps())
    with pytest.raises(TimeoutError):
        tcp.connect(host_with(SILENT), 0.4, None, Steps())


def test_only_addresses_that_can_be_reached_from_the_chosen_one_are_tried(host_with: HostWith) -> None:
    with tcp.connect(host_with("::1", LISTENING), 5, "127.0.0.1", Steps()) as sock:
        assert sock.getpeername()[0] == LISTENING
        assert sock.getsockname()[0] == "127.0.0.1"
    with pytest.raises(LocalError, match=r"broker\.example has no IPv4 address, and bind_address 127\.0\.0\.1 is one"):
        tcp.connect(host_with("::1"), 5, "127.0.0.1", Steps())
