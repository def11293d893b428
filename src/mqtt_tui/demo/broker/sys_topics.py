"""What the broker tells about itself below ``$SYS/broker``, named as in other brokers."""

from collections.abc import Callable

from mqtt_tui import __version__
from mqtt_tui.demo.broker.publication import Publication
from mqtt_tui.demo.broker.router import Router
from mqtt_tui.model.properties import PublishProperties

VERSION = f"mqtt-tui {__version__} demo broker: in memory, on loopback, for demonstration only"
_PLAIN_TEXT = PublishProperties(payload_format_indicator=1, content_type="text/plain")


class SysTopics:
    """Publishes, retained, what changed since the last time."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._began_at = router.clock()
        self._told: dict[str, str] = {}
        self._facts: dict[str, Callable[[], object]] = {
            "version": lambda: VERSION,
            "uptime": lambda: f"{router.clock() - self._began_at:.0f} seconds",
            "clients/connected": lambda: router.connected,
            "clients/total": lambda: router.known,
            "messages/received": lambda: router.counters.messages_received,
            "messages/sent": lambda: router.counters.messages_sent,
            "bytes/received": lambda: router.counters.bytes_received,
            "bytes/sent": lambda: router.counters.bytes_sent,
            "publish/messages/dropped": lambda: router.counters.publish_dropped,
            "subscriptions/count": lambda: len(router.subscriptions),
            "retained messages/count": lambda: len(router.retained),
        }

    def publish(self) -> None:
        """Publish what changed."""
        for name, fact in self._facts.items():
            value = str(fact())
            if self._told.get(name) != value:
                self._told[name] = value
                self._router.publish(
                    Publication(
                        topic_name=f"$SYS/broker/{name}",
                        payload=value.encode(),
                        qos=0,
                        retain=True,
                        properties=_PLAIN_TEXT,
                        sender=None,
                        received_at=self._router.clock(),
                    )
                )
