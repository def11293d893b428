"""One broker session, put together: profile, connection, store, rows, decoders."""

from collections.abc import Sequence

from mqtt_tui.connection.manager import ConnectionManager
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.connection.transport import OpenTransport, Sink, Transport
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.profiles.target import Target
from mqtt_tui.store.memory_budget import MemoryBudget, MemoryShare
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore


def open_connection(profile: BrokerProfile, credentials: Credentials, sink: Sink) -> ConnectionManager:
    """A connection that feeds ``sink``, through aiomqtt; it does nothing before its ``run``."""
    return ConnectionManager(profile, sink, _open_aiomqtt(credentials, Precedence(), SessionState()))


def _open_aiomqtt(credentials: Credentials, precedence: Precedence, session: SessionState) -> OpenTransport:
    def open_transport(profile: BrokerProfile, sink: Sink) -> Transport:
        from mqtt_tui.connection.mqtt.transport import AiomqttTransport  # with aiomqtt and paho, 50 ms

        return AiomqttTransport(profile, credentials, sink, precedence, session)

    return open_transport


class Session:
    """What the screen of one broker shows and acts on.

    Args:
        target: the broker.
        credentials: its resolved secrets.
        budget: for topics and messages.
        precedence: of the person over the messages; shared by all that the loop serves.
        open_transport: what brings messages; aiomqtt unless told otherwise.
    """

    def __init__(
        self,
        target: Target,
        credentials: Credentials,
        *,
        budget: MemoryBudget,
        precedence: Precedence | None = None,
        open_transport: OpenTransport | None = None,
    ) -> None:
        self.target = target
        self.precedence = precedence or Precedence()
        self._held: dict[TopicNode, None] | None = None  # topics that wait for their rows, in order
        if target.profile.memory is not None:
            budget = MemoryShare(target.profile.memory * 1024 * 1024, budget)
        self.store = TopicStore(budget, on_new_topics=self._place, on_gone=self._take_away)
        self.rows = RowIndex(self.store.root)
        self.decoders = DecoderRegistry()
        state = SessionState()
        self.trace = state.trace
        opens = open_transport or _open_aiomqtt(credentials, self.precedence, state)
        self.connection = ConnectionManager(target.profile, self.store, opens)

    def _place(self, topics: Sequence[TopicNode]) -> None:
        if self._held is None:
            self.rows.add_topics(topics)
        else:
            self._held.update(dict.fromkeys(topics))

    def _take_away(self, levels: Sequence[TopicNode]) -> None:
        self.rows.remove(levels)
        if self._held is not None:
            for node in levels:
                self._held.pop(node, None)

    def hold_rows(self, *, held: bool) -> None:
        """Let new topics wait for their rows, or give them to those that did; intake and sums go on."""
        waiting, self._held = self._held, {} if held else None
        self.rows.add_topics(list(waiting or ()))

    async def close(self) -> None:
        """Disconnect cleanly, without a will, and give the memory back."""
        try:
            await self.connection.stop()
        finally:  # also where a dead link made somebody lose patience
            self.forget()
            self.store.budget.leave(self.store)

    def forget(self) -> None:
        """Drop all topics and messages; the connection goes on."""
        self._held = None if self._held is None else {}
        self.store.clear()
        self.rows.restart(self.store.root)
