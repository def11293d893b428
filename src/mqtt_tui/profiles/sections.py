"""All keys of a profile in the order in which they are shown."""

from collections.abc import Iterator

from mqtt_tui.profiles.words import Words
from mqtt_tui.profiles.words_broker import BROKER, NETWORK, TLS, WEBSOCKET
from mqtt_tui.profiles.words_session import SESSION, SUBSCRIPTION, TOPICS, WILL

SECTIONS = (BROKER, TOPICS, SUBSCRIPTION, TLS, WEBSOCKET, NETWORK, SESSION, WILL)


def all_words() -> Iterator[tuple[str, Words]]:
    """Every key as the schema has it, with its words; of a list of tables ``LIST.KEY``."""
    for section in SECTIONS:
        for words in section.words:
            yield (f"{section.list_of}.{words.key}" if section.list_of else words.key), words
