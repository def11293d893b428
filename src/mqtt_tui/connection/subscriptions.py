"""What the user wants subscribed, and what of it stands with the server."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mqtt_tui.connection import refusals
from mqtt_tui.connection.event_log import EventLog
from mqtt_tui.connection.limits import check_subscription, check_unsubscribe
from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.subscribe_packets import subscribe_packets, unsubscribe_packets
from mqtt_tui.connection.transport import Grant, Transport
from mqtt_tui.errors import ConnectionLost, Rejected, UsageError
from mqtt_tui.model.reason_code import SESSION_TAKEN_OVER, ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.text.display_text import display_text


@dataclass(frozen=True, slots=True)
class SubscriptionStatus:
    """A subscription, and how the server took it."""

    subscription: Subscription
    grant: Grant | None = None
    """None: not asked for yet, paused, or not connected."""
    is_paused: bool = False
    paused_because: str = ""
    """Why, where the connection would not have stood with it; safe to show. Empty where the user paused it."""

    @property
    def is_refused(self) -> bool:
        """Whether the server did not grant it."""
        return self.grant is not None and self.grant.reason_code.is_failure


class Subscriptions:
    """The wish list, by topic filter in the order of its making, and the way to make it true.

    Changes only alter the wish; ``reconcile`` tells the server what differs. The server's side is remembered over a
    lost connection, for the case that the session is resumed.

    Args:
        wanted: at first.
        log: told of every answer.
    """

    def __init__(self, wanted: Iterable[Subscription], log: EventLog) -> None:
        self._log = log
        self._wanted = {str(one.topic_filter): SubscriptionStatus(one) for one in wanted}
        self._asked: dict[str, tuple[Subscription | None, Grant]] = {}
        """By filter, what the server answered, and to what; None: to something that is wanted no more."""
        self._one_at_a_time = asyncio.Lock()

    def statuses(self, *, is_connected: bool) -> tuple[SubscriptionStatus, ...]:
        """All of them; without grants while not connected."""
        return tuple(replace(one, grant=self._grant(one) if is_connected else None) for one in self._wanted.values())

    def status(self, topic_filter: str, *, is_connected: bool) -> SubscriptionStatus | None:
        """One of them, None where it is not wanted (any more)."""
        one = self._wanted.get(topic_filter)
        return replace(one, grant=self._grant(one) if is_connected else None) if one else None

    def want(self, subscription: Subscription) -> None:
        """Add it, or put it in place of the one with the same filter; it is asked for even where it was refused."""
        name = str(subscription.topic_filter)
        self._wanted[name] = SubscriptionStatus(subscription)
        if name in self._asked:
            self._asked[name] = (None, self._asked[name][1])

    def remove(self, topic_filter: str) -> None:
        """Want it no more.

        Raises:
            UsageError: there is no such subscription.
        """
        self._existing(topic_filter)
        del self._wanted[topic_filter]

    def set_paused(self, topic_filter: str, *, is_paused: bool) -> None:
        """Keep it on the list without being subscribed, or subscribe it again. Raises as ``remove``."""
        self._wanted[topic_filter] = replace(self._existing(topic_filter), is_paused=is_paused, paused_because="")

    def begin(self, connack: Connack) -> None:
        """A connection was made: without its session the server knows none of them."""
        if not connack.session_present:
            self._asked.clear()

    async def reconcile(
        self, transport: Transport, connack: Connack, *, only: str | None = None
    ) -> Mapping[str, Rejected]:
        """Unsubscribe what is wanted no more, subscribe what is new or changed.

        What breaks a limit of the server is not sent; its grant is the refusal. Each answer counts as it comes, also
        where a later one does not.

        Args:
            transport: the way to the server.
            connack: its limits.
            only: the one topic filter to subscribe; None: all.

        Returns:
            why, by topic filter, for what is wanted no more and still stands with the server.

        Raises:
            ConnectionLost: before the answers.
            TimedOut: where one did not come.
        """
        async with self._one_at_a_time:
            not_left = await self._leave(transport, connack)
            missing = [one for one in self._missing() if only is None or str(one.topic_filter) == only]
            new = [one for one in missing if self._is_possible(one, connack)]
            for wishes in subscribe_packets(new, connack):
                for one, grant in zip(wishes, await transport.subscribe(wishes), strict=True):
                    self._asked[str(one.topic_filter)] = (one, grant)
                    self._log.answered(one, grant)
            return not_left

    async def _leave(self, transport: Transport, connack: Connack) -> Mapping[str, Rejected]:
        gone = [name for name in self._asked if name not in self._wanted or self._wanted[name].is_paused]
        not_left: dict[str, Rejected] = {}
        standing: list[str] = []
        for name in gone:
            if self._asked[name][1].reason_code.is_failure:
                del self._asked[name]
                continue
            try:
                check_unsubscribe(name, connack)
            except Rejected as error:
                not_left[name] = refusals.cannot_leave(name, error)
                del self._asked[name]
            else:
                standing.append(name)
        for names in unsubscribe_packets(standing, connack):
            for name, code in zip(names, await transport.unsubscribe(names), strict=True):
                self._asked.pop(name, None)
                if code.is_failure:
                    not_left[name] = refusals.unsubscribe_refused(name, code)
                else:
                    self._log.left(name)
        for why in not_left.values():
            self._log.not_left(why)
        return not_left

    async def reconcile_one_by_one(self, transport: Transport, connack: Connack) -> None:
        """As ``reconcile``, and pause the one that ends the connection: a stored message must lock nobody out.

        What is stored under a topic filter comes before the answer to a PINGREQ that follows SUBSCRIBE. Where somebody
        else took over the session, or nothing comes at all, no subscription is to blame.
        """
        for topic_filter in [str(one.topic_filter) for one in self._missing()]:
            try:
                await self.reconcile(transport, connack, only=topic_filter)
                await transport.probe()
            except ConnectionLost as error:
                if not error.silent_for and error.reason_code != SESSION_TAKEN_OVER:
                    self._blame(topic_filter, error.message)
                raise

    def _blame(self, topic_filter: str, why: str) -> None:
        if (status := self._wanted.get(topic_filter)) is not None:
            self._wanted[topic_filter] = replace(status, is_paused=True, paused_because=why)
            self._asked.pop(topic_filter, None)
            self._log.blamed(topic_filter, why)

    def _missing(self) -> list[Subscription]:
        return [
            one.subscription
            for name, one in self._wanted.items()
            if not one.is_paused and (name not in self._asked or self._asked[name][0] != one.subscription)
        ]

    def _is_possible(self, subscription: Subscription, connack: Connack) -> bool:
        try:
            check_subscription(subscription, connack)
        except Rejected as error:
            code = ReasonCode(error.reason_code or 0x80)
            grant = Grant(code, error.message)
            self._asked[str(subscription.topic_filter)] = (subscription, grant)
            self._log.answered(subscription, grant)
            return False
        return True

    def _grant(self, status: SubscriptionStatus) -> Grant | None:
        asked = self._asked.get(str(status.subscription.topic_filter))
        return asked[1] if asked and asked[0] == status.subscription and not status.is_paused else None

    def _existing(self, topic_filter: str) -> SubscriptionStatus:
        try:
            return self._wanted[topic_filter]
        except KeyError:
            raise UsageError(f"There is no subscription to {display_text(topic_filter)}.") from None
