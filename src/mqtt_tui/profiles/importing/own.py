"""A profiles.toml of ours, from somebody else."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mqtt_tui.config.reading import Reader
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.profiles.importing.draft import Candidate, Found, LeftOut
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import secrets_of
from mqtt_tui.text.display_text import display_text


def read(document: Mapping[str, Any], file: Path) -> Iterator[Found]:
    """The profiles of a parsed file. Commands are never taken over: they would run at the next connect."""
    profiles = document.get("profiles")
    for name, table in (profiles if isinstance(profiles, dict) else {}).items():
        notes: list[str] = []
        reader = Reader(file)
        tamed = _tamed(table, notes)
        if isinstance(tamed, dict) and tamed.pop("auto_connect", False):
            notes.append("auto_connect: left out, so that nothing is sent before you open this broker")
        profile = reader.read_good_part(tamed, BrokerProfile)
        if profile is None:
            yield LeftOut(str(name), "; ".join(f"{one.key}: {one.reason}" for one in reader.problems))
        else:
            notes += [f"{one.key}: {one.reason}; left out" for one in reader.problems]
            profile = _without_commands(profile, notes)
            notes += _risks(profile)
            yield Candidate(name, profile, tuple(notes))


def _without_commands(profile: BrokerProfile, notes: list[str]) -> BrokerProfile:
    """Without decoders that run a program."""
    kept = tuple(pair for pair in profile.decoders if not Recipe.parse(pair[1]).command)
    if kept != profile.decoders:
        notes.append("decoders: those that run a command are not taken over")
    return replace(profile, decoders=kept)


def _risks(profile: BrokerProfile) -> Iterator[str]:
    """What a stranger's broker could gain from this profile."""
    for named in secrets_of(profile):
        if named.secret.source in ("env", "file", "keyring"):
            yield f"{display_text(named.key)}: is read on this machine ({named.secret.source}) at each connect"
    if profile.proxy.url is not None:
        yield f"proxy: everything goes through {display_text(profile.proxy.url)}"
    for key in ("ca_file", "ca_directory", "certificate_file", "key_file"):
        path = getattr(profile.tls, key)
        if path is not None:
            yield f"tls.{key}: {display_text(path)} is read on this machine at each connect"
    if not profile.tls.verify:
        yield "TLS: the broker's certificate is not verified"
    elif not profile.tls.verify_host:
        yield "TLS: the name in the broker's certificate is not verified"


def _tamed(value: object, notes: list[str], key: str = "") -> object:
    """``value`` without commands: secrets that one would print are asked for instead."""
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("command"), list) and key:  # a header may have this name, too
        notes.append(f"{display_text(key)}: the command {display_text(str(value['command'])[:80])} is not taken over")
        return {} if key == "proxy" else {"prompt": True}
    return {name: _tamed(one, notes, f"{key}.{name}" if key else str(name)) for name, one in value.items()}
