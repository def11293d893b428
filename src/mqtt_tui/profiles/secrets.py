"""Secrets, resolved as late as possible and never shown."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import BrokerProfile, Secret
from mqtt_tui.text.display_text import display_text

SERVICE = "mqtt-tui"
"""Under which the key store holds our entries."""


class SecretMissing(LocalError):
    """A secret is not where the profile says, or nobody is there to be asked."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The resolved secrets of one profile; their ``repr`` shows none."""

    password: str | None = field(default=None, repr=False)
    key_password: str | None = field(default=None, repr=False)


Ask = Callable[[str], str]
"""Asks a person for the secret that its argument names."""


def resolve(profile: BrokerProfile, ask: Ask | None = None) -> Credentials:
    """The secrets that ``profile`` names; ``ask`` answers for those that are to be asked for.

    Raises:
        SecretMissing: an environment variable is not set, or something is to be asked and there is no ``ask``.
    """
    return Credentials(
        password=_resolve(profile.password, "password", ask),
        key_password=_resolve(profile.tls.key_password, "key password", ask),
    )


def asked_for(profile: BrokerProfile) -> list[str]:
    """The names of the secrets that a person has to give: ``password``, ``key password``."""
    found = {"password": profile.password, "key password": profile.tls.key_password}
    return [name for name, secret in found.items() if secret is not None and secret.prompt]


def _resolve(secret: Secret | None, name: str, ask: Ask | None) -> str | None:
    if secret is None or secret.value is not None:
        return secret.value if secret else None
    if secret.env is not None:
        found = os.environ.get(secret.env)
        if found is None:
            variable = display_text(secret.env)
            raise SecretMissing(
                f"The {name} should be in the environment variable {variable}, which is not set.",
                hint=f"export {variable}=… and start again, or let the profile ask for it.",
            )
        return found
    if secret.keyring is not None:
        return _from_key_store(secret.keyring, name)
    if ask is None:
        raise SecretMissing(
            f"The {name} is to be asked for, and there is no terminal to ask at.",
            hint="Put it into an environment variable and name that in the profile.",
        )
    return ask(name)


def _from_key_store(entry: str, name: str) -> str:
    where = f"in the key store as {display_text(entry)}"
    try:
        import keyring  # an extra, and 17 ms: only who names it pays for it
        from keyring.errors import KeyringError
    except ImportError:
        raise SecretMissing(
            f"The {name} should be {where}, and the keyring package is not installed.",
            hint="pip install 'mqtt-tui[keyring]', or name an environment variable in the profile.",
        ) from None
    try:
        found = keyring.get_password(SERVICE, entry)
    except KeyringError as error:
        raise SecretMissing(
            f"The {name} should be {where}, which cannot be opened: {display_text(str(error))}.",
            hint="Without a desktop there is often no key store: use an environment variable there.",
        ) from error
    if found is None:
        raise SecretMissing(
            f"The {name} should be {where}, and there is no such entry.",
            hint=f"keyring set {SERVICE} {display_text(entry)}",
        )
    return found
