"""The retained messages (MQTT 5.0, 3.3.1.3)."""

from mqtt_tui.demo.broker.publication import Publication
from mqtt_tui.model.topic import matches

_OVERHEAD = 500  # bytes of memory that a message takes beside its topic and payload, roughly


class RetainedMessages:
    """The last retained message of each topic, bounded in bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._messages: dict[str, Publication] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, publication: Publication) -> bool:
        """Keep it in place of its predecessor; an empty payload only clears. False: no room, nothing changed."""
        old = self._messages.get(publication.topic_name)
        freed = _size(old) if old is not None else 0
        taken = _size(publication) if publication.payload else 0
        if self._bytes - freed + taken > self._most_bytes:
            return False
        self._bytes += taken - freed
        if publication.payload:
            self._messages[publication.topic_name] = publication
        elif old is not None:
            del self._messages[publication.topic_name]
        return True

    def matching(self, topic_filter: str, now: float) -> list[Publication]:
        """Those that a new subscription gets."""
        return [
            message
            for topic_name, message in self._messages.items()
            if matches(topic_filter, topic_name) and not _is_over(message, now)
        ]

    def expire(self, now: float) -> None:
        """Forget what is over."""
        for message in [message for message in self._messages.values() if _is_over(message, now)]:
            self._bytes -= _size(message)
            del self._messages[message.topic_name]


def _size(publication: Publication) -> int:
    return len(publication.topic_name) + len(publication.payload) + _OVERHEAD


def _is_over(publication: Publication, now: float) -> bool:
    left = publication.seconds_left(now)
    return left is not None and left <= 0
