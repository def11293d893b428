"""Saving what was chosen of an import."""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import convert, to_builtins

from mqtt_tui.config.paths import make_private
from mqtt_tui.errors import LocalError, MqttTuiError
from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.names import LONGEST, InvalidProfileName, check_name
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secrets import secrets_of, set_secret
from mqtt_tui.text.display_text import display_text

_NOT_IN_A_NAME = re.compile(r"[\s/+#$:]+")
_CERTIFICATE_FILE, _KEY_FILE = "tls.certificate_file", "tls.key_file"
_OF_FILES = {"tls.ca_file": "ca", _CERTIFICATE_FILE: "certificate", _KEY_FILE: "key"}


def free_name(wanted: str, taken: Collection[str], commands: Collection[str] = ()) -> str:
    """The nearest name to ``wanted`` that a new profile can have."""
    plain = "".join(one for one in _NOT_IN_A_NAME.sub("-", wanted.strip()) if one.isprintable()).strip("-")
    base = plain[: LONGEST - 4] or "broker"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken and _is_valid(name, commands))


def _is_valid(name: str, commands: Collection[str]) -> bool:
    try:
        check_name(name, commands)
    except InvalidProfileName:
        return False
    return True


def without_secrets(profile: BrokerProfile) -> BrokerProfile:
    """The same with everything that is stored in it to be asked for, and without what a URL's query may hold."""
    table: dict[str, Any] = to_builtins(profile)
    for named in secrets_of(profile):
        if named.secret.value is not None:
            set_secret(table, named.key, {"prompt": True})
    table["url"] = profile.endpoint.public
    return convert(table, BrokerProfile)


def brings_private_key(candidate: Candidate) -> bool:
    """Whether a client's private key is in the file."""
    return _KEY_FILE in candidate.files


def holds_secrets(candidate: Candidate) -> bool:
    """Whether ``take`` leaves something out that is to be given, unless it is to come along."""
    profile = candidate.profile
    endpoint = profile.endpoint
    return endpoint.public != str(endpoint.broker) or any(
        named.secret.value is not None for named in secrets_of(profile)
    )


def take(candidate: Candidate, name: str, repository: ProfileRepository, *, with_secrets: bool) -> None:
    """Save a candidate as the new profile ``name``, its certificates in files beside profiles.toml.

    Without its secrets a client's private key is none of them, nor the certificate that is of no use without it.

    Raises:
        InvalidProfileName: nothing can be called so.
        LocalError: there is one of this name, or something cannot be written; then nothing is left of it.
    """
    repository.check_new(name)
    profile = candidate.profile if with_secrets else without_secrets(candidate.profile)
    left_out = () if with_secrets or not brings_private_key(candidate) else (_KEY_FILE, _CERTIFICATE_FILE)
    wanted = {key: data for key, data in candidate.files.items() if key not in left_out}
    files = _write_files(wanted, name, repository.file.parent)
    table: dict[str, Any] = to_builtins(profile)
    for key, file in files.items():
        set_secret(table, key, file)
    try:
        repository.create(name, convert(table, BrokerProfile))
    except MqttTuiError:
        _remove(files.values(), repository.file.parent)
        raise


def _remove(names: Iterable[str], directory: Path) -> None:
    for name in names:
        (directory / name).unlink(missing_ok=True)


def _write_files(files: Mapping[str, bytes], name: str, directory: Path) -> dict[str, str]:
    written: dict[str, str] = {}
    for key, data in files.items():
        file = directory / f"{name}-{_OF_FILES[key]}.pem"
        try:
            make_private(directory)
            with open(file, "xb", opener=_private) as out:
                out.write(data)
        except FileExistsError:
            _remove(written.values(), directory)
            raise LocalError(f"{display_text(str(file))} exists already.", hint="Move it away first.") from None
        except OSError as error:
            _remove(written.values(), directory)
            raise LocalError(
                f"{display_text(str(file))} cannot be written: {display_text(error.strerror or str(error))}."
            ) from None
        written[key] = file.name
    return written


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
