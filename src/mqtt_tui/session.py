"""One broker session, put together: profile, connection, store, rows, decoders."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import msgspec

from mqtt_tui.background import in_background
from mqtt_tui.connection.manager import ConnectionManager
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.connection.steps import Stage, Steps
from mqtt_tui.connection.transport import OpenTransport, Sink, Transport
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Answers, Credentials, resolve
from mqtt_tui.profiles.target import Target
from mqtt_tui.store.memory_budget import MemoryBudget, MemoryShare
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore


def open_connection(profile: BrokerProfile, credentials: Credentials, sink: Sink) -> ConnectionManager:
    """A connection that feeds ``sink``, through aiomqtt; it does nothing before its ``run``."""
    attempts = _Attempts(lambda _: credentials, Precedence(), SessionState())
    return ConnectionManager(profile, sink, attempts.open_transport)


class _Attempts:
    """Makes a transport through aiomqtt for each attempt, with the secrets as they are at its time: tokens expire.

    What no broker has seen yet is kept for the next attempt, so that nobody has to touch a key again and again while
    the broker cannot be reached; a broker that then refuses it is asked once more with what it is by then.

    Args:
        look_up: finds the secrets of a profile; may block, and raise MqttTuiError.
        precedence: of whoever shares the loop.
        state: of the MQTT session.
    """

    def __init__(
        self, look_up: Callable[[BrokerProfile], Credentials], precedence: Precedence, state: SessionState
    ) -> None:
        self._look_up = look_up
        self._precedence = precedence
        self._state = state
        self._unseen: Callable[[], bool] = lambda: False
        self._credentials = Credentials()

    async def open_transport(self, profile: BrokerProfile, sink: Sink) -> Transport:
        """As ``OpenTransport``."""
        from mqtt_tui.connection.mqtt.transport import AiomqttTransport  # with aiomqtt and paho, 50 ms

        is_kept = self._unseen()
        if not is_kept:
            self._credentials = await in_background(partial(self._look_up, profile))
        transport = AiomqttTransport(
            profile, self._credentials, sink, self._precedence, self._state, may_be_outdated=is_kept
        )
        self._unseen = partial(_has_shown_nobody, transport.steps, profile)
        return transport


def _has_shown_nobody(steps: Steps, profile: BrokerProfile) -> bool:
    """Whether an attempt ended on the way, before anybody could have been shown a secret."""
    return bool(steps.taken) and steps.stage in (Stage.NAME, Stage.REACH) and profile.proxy.password is None


class Session:
    """What the screen of one broker shows and acts on.

    Args:
        target: the broker.
        answers: what the user gave of the secrets that are to be asked for; all others are looked up when connecting.
        budget: for topics and messages.
        precedence: of the person over the messages; shared by all that the loop serves.
        open_transport: what brings messages; aiomqtt unless told otherwise.
    """

    def __init__(
        self,
        target: Target,
        answers: Answers = MappingProxyType({}),
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
        self.decoders = DecoderRegistry(
            rules=[(TopicFilter(name), Recipe.parse(recipe)) for name, recipe in target.profile.decoders]
        )
        state = SessionState()
        self.trace, self.traffic = state.trace, state.traffic
        attempts = _Attempts(lambda profile: resolve(profile, answers), self.precedence, state)
        self.connection = ConnectionManager(target.profile, self.store, open_transport or attempts.open_transport)

    def keep_rule(self, topic_filter: TopicFilter, recipe: Recipe | None) -> Target:
        """Read what comes under a topic filter so from now on, in place of what was said of it; None: as it looks.

        Returns:
            the target with its profile as it is then.
        """
        others = [rule for rule in self.decoders.rules if rule[0] != topic_filter]
        self.decoders.rules[:] = [(topic_filter, recipe), *others] if recipe is not None else others
        pairs = tuple((str(name), str(one)) for name, one in self.decoders.rules)
        self.target = replace(self.target, profile=msgspec.structs.replace(self.target.profile, decoders=pairs))
        return self.target

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
            self.decoders.close()
            self.forget()
            self.store.budget.leave(self.store)

    def forget(self) -> None:
        """Drop all topics and messages; the connection goes on."""
        self._held = None if self._held is None else {}
        self.store.clear()
        self.rows.restart(self.store.root)
