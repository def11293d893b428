"""Acknowledgements that somebody waits for."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from mqtt_tui.connection.mqtt.outcomes import Answer, Ending, NotSentAgain
from mqtt_tui.connection.unacknowledged import Unacknowledged
from mqtt_tui.model.reason_code import ReasonCode

_FRESH = 1.0
"""Seconds: who has waited so long can wait five milliseconds more."""

_HOPELESS = "one connection after the other ended without an answer to it"

Awaited = asyncio.Future[Answer | Ending]


class AwaitedAnswers:
    """Of one connection, by packet identifier.

    Args:
        loop: that it lives on.
        unacknowledged: what outlives the connection.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, unacknowledged: Unacknowledged) -> None:
        self._loop = loop
        self._unacknowledged = unacknowledged
        self._waiting: dict[int, Awaited] = {}
        self._asked_at = 0.0
        self._has_ended = False

    @property
    def are_fresh(self) -> bool:
        """Whether somebody waits, and has not for long."""
        return bool(self._waiting) and self._loop.time() - self._asked_at < _FRESH

    def expect(self, packet_identifier: int) -> Awaited:
        """The answer to a packet that was just sent."""
        awaited = self._waiting[packet_identifier] = self._loop.create_future()
        self._asked_at = self._loop.time()
        return awaited

    def answer(self, packet_identifier: int, codes: Sequence[int], reason_string: str | None = None) -> None:
        """It has come."""
        awaited = self._waiting.pop(packet_identifier, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(Answer(tuple(map(ReasonCode, codes)), reason_string))

    def end(self, ending: Ending) -> None:
        """Nothing more comes; what is sent again on the next connection is waited for until then."""
        self._has_ended = True
        waiting, self._waiting = self._waiting, {}
        for awaited in self._unacknowledged.connection_ended(waiting):
            if not awaited.done():
                awaited.set_result(ending)

    def send_again(
        self,
        send: Callable[[int, bytes], None],
        most: int,
        on_room: Callable[[], None],
        refuse: Callable[[bytes], str],
    ) -> tuple[int, int]:
        """Send what the connection before has left unacknowledged (MQTT 5.0, 4.4).

        Args:
            send: gets packet identifier and packet.
            most: may be under way at a time, the server's Receive Maximum.
            on_room: called each time that one less is under way.
            refuse: why a packet cannot be sent on this connection; empty where it can.

        Returns:
            how many are sent again, and how many are given up.
        """
        unacknowledged, given_up = self._unacknowledged, 0
        if unacknowledged.is_hopeless:
            return 0, unacknowledged.give_up(Ending(error=NotSentAgain(_HOPELESS)))
        for packet_identifier, packet in unacknowledged.packets:
            if why := refuse(packet):
                given_up += unacknowledged.give_up(Ending(error=NotSentAgain(why)), packet_identifier)
        left = deque(unacknowledged.packets)

        def send_next(_: object = None) -> None:
            if not left or self._has_ended:
                on_room()
                return
            packet_identifier, packet = left.popleft()
            awaited = self._waiting[packet_identifier] = unacknowledged.sent_again(packet_identifier)
            awaited.add_done_callback(send_next)
            send(packet_identifier, packet)

        total = 0 if self._has_ended else len(left)
        for _ in range(min(most, total)):
            send_next()
        return total, given_up
