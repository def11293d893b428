"""Proxies by URL, and what the environment names."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from mqtt_tui.errors import UsageError
from mqtt_tui.text.display_text import display_text

_DEFAULT_PORTS = {"socks5": 1080, "socks4": 1080, "http": 8080}
_ALSO = {"socks": "socks5", "socks5h": "socks5", "socks4a": "socks4"}
_EXAMPLE = "For example socks5://proxy.example:1080 or http://proxy.example:8080"
_HOST = re.compile(r"[^\s#%<>?@\[\]^|\\/]+")


class InvalidProxyUrl(UsageError):
    """The text names no proxy. Its message holds nothing that may be a password."""


@dataclass(frozen=True, slots=True)
class ProxyUrl:
    """A parsed proxy URL. The broker's name is always looked up by the proxy, which may know names that we do not."""

    kind: str
    """``socks5`` (RFC 1928), ``socks4`` (with names: 4a) or ``http`` (CONNECT; RFC 9110, 9.3.6)."""
    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "ProxyUrl":
        """Read ``socks5://user@host:1080`` and the like; without a scheme ``http://`` is meant, as curl has it.

        Raises:
            InvalidProxyUrl: naming what is wrong and what a right one looks like.
        """
        text = text.strip()
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise InvalidProxyUrl("The proxy's URL cannot be read.", hint=_EXAMPLE) from None
        kind = _ALSO.get(parts.scheme, parts.scheme)
        if kind not in _DEFAULT_PORTS:
            raise InvalidProxyUrl(f"{display_text(parts.scheme)}:// is no kind of proxy that is known.", hint=_EXAMPLE)
        if not _HOST.fullmatch(host):
            raise InvalidProxyUrl("The proxy's URL names no host.", hint=_EXAMPLE)
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise InvalidProxyUrl("Nothing follows the port of a proxy.", hint=_EXAMPLE)
        username = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        return cls(kind, host, port or _DEFAULT_PORTS[kind], username, password)

    @property
    def public(self) -> str:
        """Without user name and password; safe to show."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return display_text(f"{self.kind}://{host}:{self.port}")


def environment_proxy(host: str) -> tuple[str, ProxyUrl | None]:
    """The variable that names a proxy for ``host``, and the proxy; an empty name where the environment has none.

    MQTT is no HTTP: of the usual variables ``mqtt_proxy`` counts, then ``all_proxy``; in capitals too. ``no_proxy``
    names hosts that are reached without, and then the proxy is None.

    Raises:
        InvalidProxyUrl: naming the variable.
    """
    from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]  # 20 ms

    named = getproxies_environment()
    for kind in ("mqtt", "all"):
        if kind not in named:
            continue
        variable = next((one for one in (f"{kind}_proxy", f"{kind.upper()}_PROXY") if one in os.environ), kind)
        if proxy_bypass_environment(host):
            return variable, None
        try:
            return variable, ProxyUrl.parse(named[kind])
        except InvalidProxyUrl as error:
            raise InvalidProxyUrl(f"{variable}: {error.message}", hint=error.hint) from None
    return "", None
