"""What each key of a profile means, in words: for the editor, the command line and the reference page.

Types, limits and defaults stand in ``profile``; ``fields`` puts both together. This table imports nothing, so that
``--help`` is quick.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One key.

    Args:
        key: as in profiles.toml, tables with a dot: ``tls.ca_file``; of a list of tables the key in each.
        label: in front of it.
        help: one line, for all who read about it.
        flag: on the command line, ``-k --keepalive SECONDS``; without an argument it is a switch. Empty where the key
            cannot be said there, as a secret cannot.
        placeholder: what an empty line of the editor says.
        caution: stands in place of the help while the value is false.
    """

    key: str
    label: str
    help: str
    flag: str = ""
    placeholder: str = ""
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Keys that belong together: a tab of the editor, a heading of the reference page.

    Args:
        title: one word.
        about: one line.
        words: the keys.
        only: ``tls`` or ``websocket``, where only such a broker has them.
        list_of: the key of the list whose tables have these keys.
    """

    title: str
    about: str
    words: tuple[Words, ...]
    only: str = ""
    list_of: str = ""
