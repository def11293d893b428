"""Secrets, resolved as late as possible and never shown."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mqtt_tui import processes
from mqtt_tui.config.paths import in_config_directory
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.text.display_text import display_text

SERVICE = "mqtt-tui"
"""Under which the key store holds our entries."""
PASSWORD, KEY_PASSWORD, PROXY_PASSWORD = "password", "tls.key_password", "proxy.password"
AUTHENTICATION_DATA, HEADERS = "authentication_data", "websocket.headers"
_LONGEST = 65_536  # bytes: what MQTT has room for (MQTT 5.0, 1.5.4), and its end of line
_PATIENCE = 60.0  # seconds that a command may take: its user may have to touch a key


class SecretMissing(LocalError):
    """A secret is not where the profile says, or nobody is there to be asked."""


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A secret of a profile, and how people call it."""

    key: str
    """As in profiles.toml: ``password``, ``tls.key_password``, ``websocket.headers.NAME``."""
    title: str
    """Such as ``password``; safe to show."""
    secret: Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """The resolved secrets of one profile, by key; the ``repr`` shows none."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, key: str) -> str | None:
        """The secret at ``key``; None where the profile names none."""
        return self.values.get(key)

    @property
    def headers(self) -> dict[str, str]:
        """Those of the WebSocket handshake, by name."""
        beginning = f"{HEADERS}."
        return {key.removeprefix(beginning): value for key, value in self.values.items() if key.startswith(beginning)}


Answers = Mapping[str, str]
"""What a person gave of the secrets that are to be asked for, by key."""


def secrets_of(profile: BrokerProfile) -> Iterator[NamedSecret]:
    """Every secret that ``profile`` names."""
    named = (
        (PASSWORD, "password", profile.password),
        (KEY_PASSWORD, "key password", profile.tls.key_password),
        (PROXY_PASSWORD, "proxy password", profile.proxy.password),
        (AUTHENTICATION_DATA, "authentication data", profile.authentication_data),
    )
    for key, title, secret in named:
        if secret is not None:
            yield NamedSecret(key, title, secret)
    for name, header in profile.websocket.headers.items():
        secret = Secret(value=header) if isinstance(header, str) else header
        yield NamedSecret(f"{HEADERS}.{name}", f"header {display_text(name)}", secret)


def set_secret(table: dict[str, Any], key: str, value: object) -> None:
    """Put ``value`` in the place of the secret at ``key`` of a profile's table; the names of headers may have dots."""
    is_header = key.startswith(f"{HEADERS}.")
    *tables, name = [*HEADERS.split("."), key.removeprefix(f"{HEADERS}.")] if is_header else key.split(".")
    for one in tables:
        table = table[one]
    table[name] = value


def asked_for(profile: BrokerProfile) -> list[NamedSecret]:
    """The secrets that a person has to give."""
    return [one for one in secrets_of(profile) if one.secret.prompt]


def resolve(profile: BrokerProfile, answers: Answers = MappingProxyType({})) -> Credentials:
    """The secrets that ``profile`` names, as they are now. May take a while.

    Raises:
        SecretMissing: one is not where it should be, or is to be asked for and not among ``answers``.
    """
    return Credentials({one.key: resolve_one(one, answers) for one in secrets_of(profile)})


def resolve_one(named: NamedSecret, answers: Answers = MappingProxyType({})) -> str:
    """One of them. Raises as ``resolve``."""
    value = _looked_up(named, answers)
    if named.key.startswith(f"{HEADERS}.") and not value.isprintable():
        raise SecretMissing(
            f"The {named.title} holds a line break or another control character.",
            hint="A header is one line.",
        )
    return value


def _looked_up(named: NamedSecret, answers: Answers) -> str:
    secret = named.secret
    match secret.source:
        case "env":
            return _from_environment(secret.env or "", named.title)
        case "keyring":
            return _from_key_store(secret.keyring or "", named.title)
        case "command":
            return _from_command(secret.command, named.title)
        case "file":
            return _from_file(secret.file or "", named.title)
        case "prompt":
            if named.key not in answers:
                raise SecretMissing(
                    f"The {named.title} is to be asked for, and there is no terminal to ask at.",
                    hint="Put it into an environment variable and name that in the profile.",
                )
            return answers[named.key]
    return secret.value or ""


def store(entry: str, secret: str) -> None:
    """Keep ``secret`` in the system's key store as ``entry``.

    Raises:
        SecretMissing: there is no key store, or it cannot be opened.
    """
    keyring, problem = _key_store()
    try:
        keyring.set_password(SERVICE, entry, secret)
    except problem as error:
        raise SecretMissing(
            f"Nothing was stored: the key store cannot be opened: {display_text(str(error))}.",
            hint="Without a desktop there is often no key store: use an environment variable there.",
        ) from error


def _from_environment(name: str, title: str) -> str:
    found = os.environ.get(name)
    if found is None:
        variable = display_text(name)
        raise SecretMissing(
            f"The {title} should be in the environment variable {variable}, which is not set.",
            hint=f"export {variable}=… and start again, or let the profile ask for it.",
        )
    return found


def _from_command(command: tuple[str, ...], title: str) -> str:
    name = display_text(command[0])
    pipe = subprocess.PIPE
    try:
        process = processes.start(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    except (OSError, ValueError) as error:
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise SecretMissing(f"{name} should print the {title}, and cannot be run: {reason}.") from None
    with process:
        try:
            printed, errors = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            processes.end(process)
            raise SecretMissing(f"{name} should print the {title}, and has not in {_PATIENCE:g} s.") from None
    if process.returncode:
        said = display_text(errors.decode(errors="replace").strip().split("\n")[-1][:200])
        raise SecretMissing(
            f"{name} should print the {title}, and ended with exit code {process.returncode}"
            + (f": {said}." if said else "."),
            hint="Run it by hand to see what it needs.",
        )
    return _as_text(printed, f"What {name} printed as the {title}")


def _from_file(file: str, title: str) -> str:
    path = in_config_directory(file)
    shown = display_text(str(path))
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited at for ever
            raise SecretMissing(f"The {title} should be in {shown}, which is no file.")
        with path.open("rb") as read:
            data = read.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise SecretMissing(f"The {title} should be in {shown}, which cannot be read: {reason}.") from None
    return _as_text(data, f"The {title} in {shown}")


def _as_text(data: bytes, what: str) -> str:
    """Without the end of line that programs and editors put behind it."""
    if len(data) > _LONGEST:
        raise SecretMissing(f"{what} has more than {_LONGEST:,} bytes: it is none.")
    try:
        text = data.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretMissing(f"{what} is not UTF-8.") from None
    if not text:
        raise SecretMissing(f"{what} is empty.")
    return text


def _key_store() -> tuple[Any, type[Exception]]:
    try:
        import keyring  # an extra, and 17 ms: only who names it pays for it
        from keyring.errors import KeyringError
    except ImportError:
        raise SecretMissing(
            "The key store cannot be used: the keyring package is not installed.",
            hint="pip install 'mqtt-tui[keyring]', or name an environment variable in the profile.",
        ) from None
    return keyring, KeyringError


def _from_key_store(entry: str, title: str) -> str:
    where = f"in the key store as {display_text(entry)}"
    keyring, problem = _key_store()
    try:
        found = keyring.get_password(SERVICE, entry)
    except problem as error:
        raise SecretMissing(
            f"The {title} should be {where}, which cannot be opened: {display_text(str(error))}.",
            hint="Without a desktop there is often no key store: use an environment variable there.",
        ) from error
    if found is None:
        raise SecretMissing(
            f"The {title} should be {where}, and there is no such entry.",
            hint=f"keyring set {SERVICE} {display_text(entry)}",
        )
    return str(found)
