"""Writes docs/profiles.md, the reference of profiles.toml, out of the schema; ``--check`` says whether it is old."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mqtt_tui.config.wording import wanted
from mqtt_tui.profiles.fields import FIELDS, Field
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.sections import SECTIONS
from mqtt_tui.profiles.words import Section

PAGE = Path("docs/profiles.md")
_HEAD = """\
# Profiles

A profile is all that mqtt-tui knows of a broker. It is edited in the program (`e` on the connections screen), made by
`mqtt-tui profiles add NAME URL [flags]`, or written by hand into `profiles.toml`; `mqtt-tui profiles path` prints where
that is. The same keys are the fields of the editor and the flags of every command that connects.

```toml
version = 1
default = "factory"                          # connects at a start without arguments
[profiles.factory]
url = "mqtts://broker.plant:8883"
username = "ops"
password = { env = "FACTORY_PASSWORD" }
[profiles.factory.tls]
ca_file = "plant-ca.pem"                     # paths are relative to the directory of profiles.toml
[[profiles.factory.subscriptions]]
filter = "factory/#"
qos = 1
```

What is wrong in the file is told all at once, with the key, the reason and the nearest right word; the other profiles
stay usable, and nothing is written over a file that is not wholly understood.

## Secrets

`password`, `tls.key_password`, `proxy.password`, `authentication_data` and every WebSocket header name where the secret
comes from. It is looked up for each connection, so that a token may expire, and shown nowhere.

| written | comes from |
|---|---|
| `{ env = "NAME" }` | an environment variable |
| `{ keyring = "NAME" }` | the system's key store, service `mqtt-tui` (needs `pip install 'mqtt-tui[keyring]'`) |
| `{ command = ["pass", "show", "mqtt"] }` | what a program prints; run without a shell, its end of line is left out |
| `{ file = "PATH" }` | a file that holds nothing else |
| `{ prompt = true }` | you, each time |
| `{ value = "…" }` | profiles.toml itself, which only its owner can read |
"""


def page() -> str:
    """The text of the page."""
    return "\n".join([_HEAD, *(line for section in SECTIONS for line in _section(section))])


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield ""
    only = {"tls": " Only for `mqtts://` and `wss://`.", "websocket": " Only for `ws://` and `wss://`."}
    yield section.about + only.get(section.only, "")
    yield ""
    yield "| key | value | default | flag | meaning |"
    yield "|---|---|---|---|---|"
    for words in section.words:
        field = FIELDS[f"{section.list_of}.{words.key}" if section.list_of else words.key]
        meaning = words.help + (f" Off: {words.caution}" if words.caution else "")
        flag = f"`{words.flag}`".replace("|", "\\|") if words.flag else ""
        kind = "a secret" if field.kind is Secret else wanted(field.type)
        yield f"| `{words.key}` | {kind} | {_default(field)} | {flag} | {meaning.replace('|', '/')} |"
    yield ""


def _default(field: Field) -> str:
    match field.default:
        case None | ():
            return ""
        case msgspec.NODEFAULT:  # of a table, too: it has a factory instead
            return "required" if field.kind is str else ""
        case bool(value):
            return f"`{str(value).lower()}`"
        case str() | int() | float():
            return f"`{field.default}`" if field.default != "" else ""
    return '`[{ filter = "#" }]`' if field.key == "subscriptions" else ""


def main() -> int:
    """Write the page, or compare."""
    if sys.argv[1:] == ["--check"]:
        is_new = PAGE.is_file() and PAGE.read_text() == page()
        print(f"{PAGE} is what the schema says." if is_new else f"{PAGE} is old: make docs")
        return 0 if is_new else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
