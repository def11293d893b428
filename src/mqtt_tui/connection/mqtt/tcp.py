"""TCP to whichever address of a host answers first."""

import errno
import ipaddress
import os
import selectors
import socket
import time
from contextlib import suppress
from typing import Any, NamedTuple

from mqtt_tui.connection.steps import Stage, Steps
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.url import BrokerUrl
from mqtt_tui.text.display_text import display_text

_HEAD_START = 0.25
"""Seconds before the next address is tried beside the ones before (RFC 8305, 5)."""
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""What says more about this machine's network than about the broker."""


class _Address(NamedTuple):
    """One of a host's."""

    family: int
    name: Any
    """As sockets take it: with the port, and with the interface of a link-local address."""


def connect(url: BrokerUrl, timeout: float, source: str | None, steps: Steps) -> socket.socket:
    """A connected socket; the look-up of the name is a step of its own.

    Args:
        url: where to.
        timeout: seconds, for all addresses together.
        source: the address of this machine to connect from; None lets the system choose.
        steps: told of every step.

    Raises:
        LocalError: nothing can be connected from ``source``.
        OSError: the look-up, or every address, failed; of these what says most about the broker.
    """
    is_name = not _is_address(url.host)
    if is_name:
        steps.begin(Stage.NAME)
    found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(_Address(info[0], info[4]) for info in found))
    if is_name:
        steps.tell("addresses", display_text(", ".join(address.name[0] for address in addresses)))
    steps.begin(Stage.REACH)
    if source is not None:
        addresses = _of_family(source, addresses, url)
    try:
        sock = _Race(source, timeout).run(addresses)
    except OSError:
        if source is not None and (unusable := _unusable_source(source)):
            raise unusable from None
        raise
    steps.tell("address", display_text(f"{_shown(sock.getpeername())} from {_shown(sock.getsockname())}"))
    return sock


class _Race:
    """Connects to all addresses of a host, each a little after the one before; the first to answer wins (RFC 8305).

    A first address that swallows everything, as those of a broken IPv6 network do, costs a quarter of a second then and
    not the whole time-out.
    """

    def __init__(self, source: str | None, timeout: float) -> None:
        self._source = source
        self._until = time.monotonic() + timeout
        self._waiting = selectors.DefaultSelector()
        self._failures: list[OSError] = []

    def run(self, addresses: list[_Address]) -> socket.socket:
        """The winner; raises the most telling failure where there is none."""
        try:
            for address in addresses:
                if time.monotonic() >= self._until:
                    break
                self._begin(address)
                if winner := self._winner(min(self._until, time.monotonic() + _HEAD_START)):
                    return winner
            if winner := self._winner(self._until):
                return winner
        finally:
            self._give_up()
        raise min(self._failures, key=_says_least, default=TimeoutError())

    def _begin(self, address: _Address) -> None:
        sock = None
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
            sock.setblocking(False)
            if self._source is not None:
                sock.bind((self._source, 0))
            with suppress(BlockingIOError):  # it is under way
                sock.connect(address.name)
            self._waiting.register(sock, selectors.EVENT_WRITE)
        except OSError as error:
            self._failures.append(error)
            if sock is not None:
                sock.close()

    def _winner(self, until: float) -> socket.socket | None:
        """Whoever is connected by then; None at once where nobody can be any more."""
        while self._waiting.get_map() and (left := until - time.monotonic()) > 0:
            for key, _ in self._waiting.select(left):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)  # noqa: S101  nothing else is registered
                self._waiting.unregister(sock)
                failed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not failed:
                    return sock
                sock.close()
                self._failures.append(OSError(failed, os.strerror(failed)))
        return None

    def _give_up(self) -> None:
        for key in self._waiting.get_map().values():
            self._failures.append(TimeoutError())
            assert isinstance(key.fileobj, socket.socket)  # noqa: S101  the same
            key.fileobj.close()
        self._waiting.close()


def _says_least(failure: OSError) -> int:
    """The lower, the more it says: an address that refuses is a machine that was found."""
    if isinstance(failure, ConnectionError):
        return 0
    return 2 if failure.errno in _UNREACHABLE else 1


def _of_family(source: str, addresses: list[_Address], url: BrokerUrl) -> list[_Address]:
    """Those that can be reached from ``source``."""
    if not _is_address(source):
        return addresses
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    fitting = [address for address in addresses if address.family == family]
    if fitting:
        return fitting
    kind, other = ("IPv6", "IPv4") if family == socket.AF_INET6 else ("IPv4", "IPv6")
    raise LocalError(
        f"{display_text(url.host)} has no {kind} address, and bind_address {display_text(source)} is one.",
        hint=f"Choose an {other} address of this machine, or none.",
    )


def _unusable_source(address: str) -> LocalError | None:
    """The error where it is ``address``, and not the broker, that is at fault."""
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as probe:
            probe.bind((address, 0))
    except OSError as refused:
        reason = display_text(refused.strerror or str(refused))
        return LocalError(
            f"Nothing can be connected from {display_text(address)}: {reason}.",
            hint="bind_address is an address of this machine.",
        )
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _shown(name: tuple[str, int]) -> str:
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"
