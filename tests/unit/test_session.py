"""One broker session as a whole."""

import asyncio

import pytest

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from tests.support.arriving import At, deliver
from tests.support.fake_transport import FakeBroker


async def test_memory_is_given_back_also_where_nobody_waits_for_the_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = MemoryBudget(1_000_000)
    target = Target("broker", BrokerProfile(url="mqtt://broker.example"))
    session = Session(target, Credentials(), budget=budget, open_transport=FakeBroker().open_transport)
    deliver(session.store, [(0x30, b"a", b"\x00payload")], At(1))
    assert budget.excess > -budget.limit
    monkeypatch.setattr(session.connection, "stop", asyncio.Event().wait)  # a link that is dead
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await session.close()
    assert budget.excess == -budget.limit
