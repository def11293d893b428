"""Who gets a message (MQTT 5.0, 4.7 and 4.8)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mqtt_tui.demo.broker.publication import Delivery, Publication
from mqtt_tui.demo.broker.session import Session
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import matches

Listener = Callable[[Publication], None]
_MOST_ROUTES = 20_000
"""Topics whose receivers are remembered; then all are looked up afresh."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription that a session holds."""

    session: Session
    subscription: Subscription
    identifier: int | None


@dataclass(slots=True)
class Group:
    """The members of a shared subscription; each message goes to one of them (MQTT 5.0, 4.8.2)."""

    members: list[Holding]
    turn: int = 0

    def next(self) -> Holding:
        """The member whose turn it is; one that is connected, if any is."""
        for _ in self.members:
            self.turn = (self.turn + 1) % len(self.members)
            if self.members[self.turn].session.peer is not None:
                break
        return self.members[self.turn % len(self.members)]


@dataclass(slots=True)
class Route:
    """Where messages to one topic go."""

    receivers: dict[Session, list[Holding]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)


class SubscriptionTable:
    """All subscriptions, by filter, with the routes of the topics seen lately."""

    def __init__(self) -> None:
        self._by_session: dict[Session, dict[str, Holding]] = {}
        self._listeners: list[tuple[str, Listener]] = []
        self._groups: dict[str, Group] = {}
        self._by_filter: dict[str, dict[Session, Holding]] = {}
        self._routes: dict[str, Route] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_session.values()))

    def count_of(self, session: Session) -> int:
        """The subscriptions that ``session`` holds."""
        return len(self._by_session.get(session, ()))

    def add(self, holding: Holding) -> bool:
        """Add or replace; whether the session had no subscription with this filter."""
        topic_filter = holding.subscription.topic_filter
        is_new = not self.remove(holding.session, topic_filter)
        self._by_session.setdefault(holding.session, {})[topic_filter] = holding
        if topic_filter.share_name is None:
            self._by_filter.setdefault(topic_filter, {})[holding.session] = holding
        else:
            self._groups.setdefault(topic_filter, Group([])).members.append(holding)
        self._routes.clear()
        return is_new

    def remove(self, session: Session, topic_filter: str) -> bool:
        """Whether there was one."""
        holding = self._by_session.get(session, {}).pop(topic_filter, None)
        if holding is None:
            return False
        group = self._groups.get(topic_filter)
        if group is not None:
            group.members.remove(holding)
            if not group.members:
                del self._groups[topic_filter]
        else:
            del self._by_filter[topic_filter][session]
            if not self._by_filter[topic_filter]:
                del self._by_filter[topic_filter]
        self._routes.clear()
        return True

    def remove_all(self, session: Session) -> None:
        """Forget a session."""
        for topic_filter in list(self._by_session.get(session, ())):
            self.remove(session, topic_filter)
        self._by_session.pop(session, None)

    def listen(self, topic_filter: str, listener: Listener) -> None:
        """Call ``listener`` with each matching message, after it went to the clients."""
        self._listeners.append((topic_filter, listener))
        self._routes.clear()

    def route(self, topic_name: str) -> Route:
        """Where messages to ``topic_name`` go."""
        route = self._routes.get(topic_name)
        if route is None:
            if len(self._routes) >= _MOST_ROUTES:
                self._routes.clear()
            route = self._routes[topic_name] = self._find_route(topic_name)
        return route

    def _find_route(self, topic_name: str) -> Route:
        route = Route()
        for topic_filter, holdings in self._by_filter.items():
            if matches(topic_filter, topic_name):
                for session, holding in holdings.items():
                    route.receivers.setdefault(session, []).append(holding)
        for group in self._groups.values():
            if matches(group.members[0].subscription.topic_filter.unshared, topic_name):
                route.groups.append(group)
        route.listeners = [listen for wanted, listen in self._listeners if matches(wanted, topic_name)]
        return route


def deliveries(route: Route, publication: Publication) -> Iterator[tuple[Session, Delivery]]:
    """Each receiver once, with what its matching subscriptions ask for together (MQTT 5.0, 3.3.4)."""
    for session, holdings in route.receivers.items():
        if session.client_identifier == publication.sender:
            holdings = [holding for holding in holdings if not holding.subscription.no_local]  # noqa: PLW2901  narrowed
        if holdings:
            yield session, _delivery(publication, holdings)
    for group in route.groups:
        holding = group.next()
        yield holding.session, _delivery(publication, [holding])


def _delivery(publication: Publication, holdings: list[Holding]) -> Delivery:
    return Delivery(
        publication,
        qos=min(publication.qos, max(holding.subscription.qos for holding in holdings)),
        retain=publication.retain and any(holding.subscription.retain_as_published for holding in holdings),
        subscription_identifiers=tuple(h.identifier for h in holdings if h.identifier is not None),
    )
