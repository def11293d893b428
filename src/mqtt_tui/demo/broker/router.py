"""The middle of the broker: sessions, subscriptions and retained messages, with no network."""

from collections.abc import Callable
from math import inf
from typing import Protocol as Interface

from mqtt_tui.demo.broker.connect_packet import NEVER, Connect, Will
from mqtt_tui.demo.broker.counters import Counters
from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.demo.broker.packets import (
    NO_MATCHING_SUBSCRIBERS,
    NO_SUBSCRIPTION_EXISTED,
    QUOTA_EXCEEDED,
    SUCCESS,
)
from mqtt_tui.demo.broker.publication import Delivery, Publication
from mqtt_tui.demo.broker.retained import RetainedMessages
from mqtt_tui.demo.broker.session import Session
from mqtt_tui.demo.broker.subscription_table import Holding, SubscriptionTable, deliveries
from mqtt_tui.model.qos import RetainHandling
from mqtt_tui.model.reason_code import NOT_AUTHORIZED, ReasonCode
from mqtt_tui.model.subscription import Subscription


class Occupant(Interface):
    """A conversation that holds a session."""

    def taken_over(self) -> None:
        """Another connection came with the same client identifier: end, the will included."""


class Router:
    """Takes messages and sees to it that everybody gets theirs.

    Args:
        limits: of the broker.
        clock: monotonic seconds.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.clock = clock
        self.counters = Counters()
        self.subscriptions = SubscriptionTable()
        self.retained = RetainedMessages(limits.retained_bytes)
        self._sessions: dict[str, Session] = {}
        self._occupants: dict[str, Occupant] = {}

    @property
    def connected(self) -> int:
        """Clients that are connected."""
        return len(self._occupants)

    @property
    def known(self) -> int:
        """Sessions, connected or kept."""
        return len(self._sessions)

    def publish(self, publication: Publication) -> ReasonCode:
        """Keep it if it is retained, deliver it; the reason code for its sender."""
        if publication.sender is not None and publication.topic_name.startswith("$SYS"):
            return NOT_AUTHORIZED  # they are the broker's own
        if publication.retain and not self.retained.put(publication):
            return QUOTA_EXCEEDED
        now, is_wanted = self.clock(), False
        route = self.subscriptions.route(publication.topic_name)
        for session, delivery in deliveries(route, publication):
            session.deliver(delivery, now)
            is_wanted = True
        for listener in route.listeners:
            listener(publication)
            is_wanted = True
        return SUCCESS if is_wanted else NO_MATCHING_SUBSCRIBERS

    def publish_will(self, client_identifier: str, will: Will) -> None:
        """A client was lost."""
        self.publish(
            Publication(
                topic_name=will.topic_name,
                payload=will.payload,
                qos=will.qos,
                retain=will.retain,
                properties=will.properties,
                sender=client_identifier,
                received_at=self.clock(),
            )
        )

    def subscribe(
        self, session: Session, subscription: Subscription, identifier: int | None
    ) -> tuple[ReasonCode, list[Delivery]]:
        """Add a subscription: the granted QoS or the refusal, and the retained messages to deliver behind SUBACK."""
        if self.subscriptions.count_of(session) >= self.limits.subscriptions:
            return QUOTA_EXCEEDED, []
        is_new = self.subscriptions.add(Holding(session, subscription, identifier))
        granted, handling = ReasonCode(subscription.qos), subscription.retain_handling
        is_wanted = handling is RetainHandling.SEND or (handling is RetainHandling.SEND_IF_NEW and is_new)
        if not is_wanted or subscription.topic_filter.share_name is not None:  # MQTT 5.0, 4.8.2
            return granted, []
        identifiers = () if identifier is None else (identifier,)
        retained = self.retained.matching(subscription.topic_filter, self.clock())
        return granted, [
            Delivery(message, min(message.qos, subscription.qos), True, identifiers) for message in retained
        ]

    def unsubscribe(self, session: Session, topic_filter: str) -> ReasonCode:
        """Remove a subscription."""
        return SUCCESS if self.subscriptions.remove(session, topic_filter) else NO_SUBSCRIPTION_EXISTED

    def open_session(self, connect: Connect, client_identifier: str, occupant: Occupant) -> tuple[Session, bool]:
        """The session for a new connection, and whether it is an old one resumed (MQTT 5.0, 3.1.2.4)."""
        if client_identifier in self._occupants:
            self._occupants[client_identifier].taken_over()
        session = self._sessions.get(client_identifier)
        if session is not None and connect.clean_start:
            self._end(session)
            session = None
        is_resumed = session is not None
        if session is None:
            if len(self._sessions) >= self.limits.sessions:
                self._evict()
            session = self._sessions[client_identifier] = Session(client_identifier, self.limits, self.counters)
        session.delayed_will = None
        session.expires_at = inf
        self._occupants[client_identifier] = occupant
        return session, is_resumed

    def leave_session(self, session: Session, expiry_interval: int, will: Will | None) -> None:
        """The connection ended; ``will`` is None where the client said goodbye."""
        del self._occupants[session.client_identifier]
        session.peer = None
        now = self.clock()
        session.expires_at = inf if expiry_interval == NEVER else now + expiry_interval
        if will is not None:
            session.delayed_will = now + will.delay, will
        self._look_after(session, now)

    def tick(self) -> None:
        """Do what time brings: wills, ends of sessions and of retained messages. Called about once a second."""
        now = self.clock()
        for session in list(self._sessions.values()):
            if session.peer is None:
                self._look_after(session, now)
        self.retained.expire(now)

    def _look_after(self, session: Session, now: float) -> None:
        if session.expires_at <= now:
            self._end(session)
        elif session.delayed_will is not None and session.delayed_will[0] <= now:
            self._publish_delayed_will(session)

    def _publish_delayed_will(self, session: Session) -> None:
        if session.delayed_will is not None:
            _, will = session.delayed_will
            session.delayed_will = None
            self.publish_will(session.client_identifier, will)

    def _end(self, session: Session) -> None:
        del self._sessions[session.client_identifier]
        self.subscriptions.remove_all(session)
        self._publish_delayed_will(session)

    def _evict(self) -> None:
        absent = [session for session in self._sessions.values() if session.peer is None]
        if absent:
            self._end(min(absent, key=lambda session: session.expires_at))
