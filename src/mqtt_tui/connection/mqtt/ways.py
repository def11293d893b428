"""The ways to a broker: TCP, a Unix socket, a proxy, a command."""

import shlex
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from mqtt_tui.connection.explain import ClosedBeforeConnack, where
from mqtt_tui.connection.mqtt import tcp
from mqtt_tui.connection.mqtt.command_socket import CommandEnded, open_command
from mqtt_tui.connection.steps import Stage, Steps
from mqtt_tui.errors import CannotConnect, LocalError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.proxy_url import InvalidProxyUrl, ProxyUrl, environment_proxy
from mqtt_tui.profiles.url import BrokerUrl, Scheme
from mqtt_tui.text.display_text import display_text


@dataclass(kw_only=True)
class Way:
    """How one socket is come by, once."""

    reach: Callable[[Steps], socket.socket]
    """Connects; blocks for no longer than the profile's time-out at each step."""
    _ended: Callable[[], CommandEnded | None] = field(default=lambda: None)

    def trouble(self, url: BrokerUrl) -> CannotConnect | None:
        """What went wrong on the way after there was a socket; None where nothing is known to have."""
        ended = self._ended()
        if ended is None:
            return None
        # a relay ends well where the broker closes, which may want another version
        kind = CannotConnect if ended.exit_code else ClosedBeforeConnack
        return kind(f"The command that leads to {where(url)} {ended}.", hint=_TRY_BY_HAND)


_TRY_BY_HAND = "Run it by hand to see what it needs; it is proxy.command in the profile."


def way_to(profile: BrokerProfile, proxy_password: str | None = None) -> Way:
    """How ``profile`` says that its broker is reached.

    Raises:
        LocalError: the environment names no proxy that could be used.
    """
    url, timeout = profile.endpoint, profile.connect_timeout
    if url.scheme is Scheme.UNIX:
        return Way(reach=lambda steps: _connect_unix(url.host, timeout, steps))
    if profile.proxy.command:
        return _through_command(profile.proxy.command, url)
    proxy = _proxy(profile, url)
    source = profile.bind_address
    if proxy is None:
        return Way(reach=lambda steps: tcp.connect(url, timeout, source, steps))
    password = proxy.password if profile.proxy.url is None else proxy_password
    return Way(reach=lambda steps: _connect_proxied(proxy, password, url, timeout, source, steps))


def _proxy(profile: BrokerProfile, url: BrokerUrl) -> ProxyUrl | None:
    try:
        if profile.proxy.from_environment:
            return environment_proxy(url.host)[1]
        return None if profile.proxy.url is None else ProxyUrl.parse(profile.proxy.url)
    except InvalidProxyUrl as error:
        raise LocalError(error.message, hint=error.hint) from None


def _through_command(command: tuple[str, ...], url: BrokerUrl) -> Way:
    """``%h`` and ``%p`` stand for host and port, ``%%`` for ``%``, as in ProxyCommand of ssh."""
    meant = {"%h": url.host, "%p": str(url.port), "%%": "%"}
    arguments = [_filled(word, meant) for word in command]
    ended: list[CommandEnded] = []

    def reach(steps: Steps) -> socket.socket:
        steps.begin(Stage.REACH)
        steps.tell("run", display_text(shlex.join(arguments)))
        return open_command(arguments, ended.append)

    return Way(reach=reach, _ended=lambda: ended[0] if ended else None)


def _filled(word: str, meant: dict[str, str]) -> str:
    out, at = "", 0
    while at < len(word):
        part = meant.get(word[at : at + 2])
        out += word[at] if part is None else part
        at += 1 if part is None else 2
    return out


def _connect_proxied(
    proxy: ProxyUrl,
    password: str | None,
    url: BrokerUrl,
    timeout: float,
    source: str | None,
    steps: Steps,
) -> socket.socket:
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.sync import Proxy

    steps.begin(Stage.REACH)
    steps.tell("through", proxy.public)
    kinds = {"socks5": ProxyType.SOCKS5, "socks4": ProxyType.SOCKS4, "http": ProxyType.HTTP}
    through = Proxy(kinds[proxy.kind], proxy.host, proxy.port, proxy.username, password, rdns=True)
    try:
        local = None if source is None else (source, 0)
        return through.connect(url.host, url.port, timeout=timeout, local_addr=local)
    except ProxyConnectionError as error:
        raise CannotConnect(
            f"The proxy {proxy.public} cannot be reached: {display_text(_reason(error.__cause__ or error))}.",
            hint="Check proxy.url in the profile.",
        ) from None
    except (ProxyTimeoutError, TimeoutError):
        raise CannotConnect(f"The proxy {proxy.public} has not answered.", hint="Is it a proxy of this kind?") from None
    except ValueError:
        raise LocalError(
            f"The user name or the password for the proxy {proxy.public} holds characters that it cannot be sent.",
            hint="An HTTP proxy takes Latin-1, and no colon in the user name.",
        ) from None
    except ProxyError as error:
        raise CannotConnect(
            f"The proxy {proxy.public} did not connect to {where(url)}: {display_text(str(error))}.",
            hint="The broker may not run, the proxy may not allow it, or want a user name and a password.",
        ) from None


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)


def _connect_unix(path: str, timeout: float, steps: Steps) -> socket.socket:
    steps.begin(Stage.REACH)
    steps.tell("path", display_text(path))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except BaseException:
        sock.close()
        raise
    return sock
