"""Option files of the mosquitto clients: a flag and its argument on each line."""

import re
from collections.abc import Mapping

from mqtt_tui.profiles.importing.draft import Draft, Found
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme

_VERSIONS = {"mqttv5": "5", "5": "5", "mqttv311": "3.1.1", "311": "3.1.1", "mqttv31": "3.1", "31": "3.1"}
_TEXTS = {
    "-u": "username",
    "--username": "username",
    "-i": "client_id",
    "--id": "client_id",
    "-A": "bind_address",
    "--cafile": "tls.ca_file",
    "--capath": "tls.ca_directory",
    "--cert": "tls.certificate_file",
    "--key": "tls.key_file",
    "--ciphers": "tls.ciphers",
    "--will-topic": "will.topic",
    "--will-payload": "will.payload",
}
_NUMBERS = {
    "-k": "keep_alive",
    "--keepalive": "keep_alive",
    "-x": "session_expiry_interval",
    "--will-qos": "will.qos",
}
_SWITCHES = {
    "-c": ("clean_start", False),
    "--disable-clean-session": ("clean_start", False),
    "--insecure": ("tls.verify_host", False),
    "--will-retain": ("will.retain", True),
}
_READ_ELSEWHERE = {"-h", "--host", "-p", "--port", "-L", "--url", "--unix", "-P", "--pw", "-V", "--protocol-version"}
_READ_ELSEWHERE |= {"--proxy", "--tls-version", "--tls-alpn", "-t", "--topic", "-q", "--qos"}
_OF_TLS = {"--cafile", "--capath", "--cert", "--key", "--tls-version", "--tls-use-os-certs", "--tls-alpn", "--ciphers"}
_OF_TLS |= {"--insecure", "--psk", "--psk-identity"}
_READ_ELSEWHERE |= {"--tls-use-os-certs"}  # what is trusted where nothing else is named
_DIGITS = 20  # no option has a number as long
_OF_OUTPUT = {"-v", "--verbose", "-d", "--debug", "--quiet"}
_LINE = re.compile(r"(-{1,2}[A-Za-z][A-Za-z0-9-]*)(?:\s+(.*))?")


def looks_like_one(text: str) -> bool:
    """Whether the first line that says something is a flag."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _LINE.fullmatch(first) is not None


def read(text: str, name: str) -> Found:
    """The broker that an option file names."""
    given: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is not None:
            given.setdefault(found[1], []).append((found[2] or "").strip())
    draft = Draft(name)
    _take_address(draft, given)
    for flag, values in given.items():
        if flag in _TEXTS:
            draft.put(_TEXTS[flag], values[-1])
        elif flag in _NUMBERS:
            draft.put(
                _NUMBERS[flag], int(values[-1]) if values[-1].isdecimal() and len(values[-1]) < _DIGITS else values[-1]
            )
        elif flag in _SWITCHES:
            key, value = _SWITCHES[flag]
            draft.values[key] = value
        elif flag not in _READ_ELSEWHERE | _OF_OUTPUT:
            draft.note_missing(flag)
    if "tls.verify_host" in draft.values:
        draft.notes.append("TLS: the name in the broker's certificate is not verified, as it was there")
    draft.put_secret("password", _last(given, "-P", "--pw"))
    draft.put("protocol", _VERSIONS.get(_last(given, "-V", "--protocol-version").lower()))
    draft.put("tls.minimum_version", _last(given, "--tls-version").removeprefix("tlsv"))
    draft.put("tls.alpn", [one for one in [_last(given, "--tls-alpn")] if one])
    draft.put("proxy.url", _last(given, "--proxy"))
    qos = _last(given, "-q", "--qos")
    options = {"qos": int(qos)} if qos in ("0", "1", "2") else {}
    filters = [*given.get("-t", []), *given.get("--topic", [])]
    draft.values.setdefault("subscriptions", [{"filter": one, **options} for one in filters])
    if not draft.values["subscriptions"]:
        del draft.values["subscriptions"]
    return draft.finish()


def _take_address(draft: Draft, given: Mapping[str, list[str]]) -> None:
    url, unix = _last(given, "-L", "--url"), _last(given, "--unix")
    if url:
        try:
            parsed = BrokerUrl.parse(url)
        except InvalidUrl as error:
            draft.notes.append(f"address: {error.message}")
            return
        draft.put("url", str(parsed.broker))
        draft.put("username", parsed.username)
        draft.put_secret("password", parsed.password)
        draft.put("subscriptions", [{"filter": parsed.topic_filter}] if parsed.topic_filter else None)
    elif unix:
        draft.put("url", str(BrokerUrl(Scheme.UNIX, unix, 0)))
    else:
        host, port = _last(given, "-h", "--host"), _last(given, "-p", "--port")
        is_secure = port == "8883" or any(flag in given for flag in _OF_TLS)
        draft.put_address(Scheme.TLS if is_secure else Scheme.TCP, host or "localhost", port)


def _last(given: Mapping[str, list[str]], *flags: str) -> str:
    found = [value for flag in flags for value in given.get(flag, [])]
    return found[-1] if found else ""
