"""A connection for commands without a screen: the first failure ends it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from msgspec.structs import replace

from mqtt_tui.connection.state import Connack, Connected, ConnectionState, Failed, WaitingToReconnect
from mqtt_tui.connection.transport import Sink
from mqtt_tui.errors import ConnectionLost, MqttTuiError, Rejected
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.session import open_connection
from mqtt_tui.text.display_text import display_text

_GOODBYE = 2.0  # seconds for DISCONNECT

T = TypeVar("T")


class HeadlessConnection:
    """An async context manager that is connected inside, and disconnects cleanly however it is left.

    Args:
        profile: the broker; its subscriptions are not made.
        credentials: its secrets.
        sink: gets what arrives.

    Raises:
        CannotConnect: on entering.
        ConnectRefused: on entering.
    """

    def __init__(self, profile: BrokerProfile, credentials: Credentials, sink: Sink) -> None:
        self._manager = open_connection(replace(profile, subscriptions=()), credentials, sink)
        self._is_connected = asyncio.Event()
        self._failure: asyncio.Future[MqttTuiError] = asyncio.get_running_loop().create_future()
        self._connack: Connack | None = None

    @property
    def connack(self) -> Connack:
        """What the server granted."""
        assert self._connack is not None, "entered first"  # noqa: S101  a mistake of ours, never of a user
        return self._connack

    async def __aenter__(self) -> Self:
        self._manager.watch(self._on_state)
        self._running = asyncio.create_task(self._manager.run())
        try:
            await self.unless_lost(self._is_connected.wait())
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._close()

    async def subscribe(self, subscription: Subscription) -> None:
        """Subscribe.

        Raises:
            Rejected: the broker refused it.
            ConnectionLost: before its answer.
        """
        grant = (await self.unless_lost(self._manager.subscribe(subscription))).grant
        if grant is not None and grant.reason_code.is_failure:
            reason = f", “{display_text(grant.reason_string)}”" if grant.reason_string else ""
            raise Rejected(
                f"The broker refused to subscribe to {display_text(subscription.topic_filter)}: "
                f"{grant.reason_code}{reason}.",
                hint="It may need another user, or a narrower filter.",
                reason_code=grant.reason_code,
            )

    async def unless_lost(self, work: Coroutine[Any, Any, T]) -> T:
        """Do ``work``, and give it up where the connection ends first.

        Raises:
            MqttTuiError: why it ended.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait((task, self._failure, self._running), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self._failure.done():
                raise self._failure.result()
            self._running.result()
            raise ConnectionLost("The connection ended.")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _on_state(self, state: ConnectionState) -> None:
        match state:
            case Connected(connack):
                self._connack = connack
                self._is_connected.set()
            case WaitingToReconnect(reason=error) | Failed(error) if not self._failure.done():
                self._failure.set_result(error)

    async def _close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._manager.stop()
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
