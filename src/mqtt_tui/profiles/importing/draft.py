"""A profile in the making, out of what a stranger's file says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mqtt_tui.profiles.fields import FIELDS, checked, table_of
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme
from mqtt_tui.text.display_text import display_text

_ADDRESS = "address: "
_LISTED = "subscriptions"
_ITEM = re.compile(_LISTED + r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that could be saved."""

    name: str
    """As the other program calls it; untrusted, and perhaps no name that a profile can have."""
    profile: BrokerProfile
    notes: tuple[str, ...] = ()
    """What to know before it is saved; safe to show."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """By the key of the profile that is to name it, what a file of certificates has to hold."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is in a file and can be no profile."""

    name: str
    """As the other program calls it; untrusted."""
    why: str
    """Untrusted."""


Found = Candidate | LeftOut


@dataclass(slots=True)
class Draft:
    """Takes values by key, and keeps those that a profile can have."""

    name: str
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    notes: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, value: object) -> None:
        """Take a value; nothing where there is none."""
        if value not in (None, "", [], {}):
            self.values[key] = value

    def put_secret(self, key: str, value: object) -> None:
        """Take a secret that stands in the file."""
        if isinstance(value, str) and value:
            self.values[key] = {"value": value}

    def put_address(self, scheme: Scheme, host: object, port: object, path: object = "") -> None:
        """Take where the broker is."""
        name = str(host or "").strip()
        shown = f"[{name}]" if ":" in name and not name.startswith("[") else name
        number = f":{port}" if str(port or "").strip() else ""
        tail = "/" + str(path or "").strip().lstrip("/") if scheme.is_websocket and path else ""
        try:
            self.values["url"] = str(BrokerUrl.parse(f"{scheme}://{shown}{number}{tail}").broker)
        except InvalidUrl as error:
            self.notes.append(f"{_ADDRESS}{error.message}")

    def note_missing(self, what: str) -> None:
        """Say that something has no counterpart here."""
        self.notes.append(f"{what}: has no counterpart here")

    def finish(self) -> Found:
        """The profile without what cannot be; left out where not even its address is known."""
        values = dict(self.values)
        for _ in range(len(FIELDS)):
            profile, problems = checked(table_of(values))
            if profile is not None:
                return Candidate(self.name, profile, tuple(map(display_text, self.notes)), self.files)
            wrong = {key for key in values for at in problems if at == key or at.startswith((f"{key}.", f"{key}["))}
            wrong |= {key for key in values for at in problems if key.startswith(f"{at}.")}
            if not wrong:  # what is missing is no key: the rest of its table goes
                tables = {f"{at.rpartition('.')[0]}." for at in problems if "." in at}
                wrong = {key for key in values if any(map(key.startswith, tables))}
            if not wrong or "url" in wrong or "url" not in values:
                return LeftOut(self.name, self._why_not(problems))
            for key in wrong:
                at_fault = {int(found[1]) for at in problems if (found := _ITEM.match(at)) and key == _LISTED}
                if at_fault:  # without the others the default would be taken, which is everything
                    values[key] = [one for at, one in enumerate(values[key]) if at not in at_fault]
                else:
                    del values[key]
            self.notes += [f"{key}: {reason}; left out" for key, reason in problems.items()]
        return LeftOut(self.name, self._why_not({}))

    def _why_not(self, problems: Mapping[str, str]) -> str:
        known = [note for note in self.notes if note.startswith(_ADDRESS)]
        return "; ".join(known or [f"{key}: {reason}" for key, reason in problems.items()]) or "it cannot be understood"
