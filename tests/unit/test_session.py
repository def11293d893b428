"""One broker session as a whole."""

import asyncio

import pytest

from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from tests.support.arriving import At, deliver
from tests.support.fake_transport import FakeBroker


async def test_memory_is_given_back_also_where_nobody_waits_for_the_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = MemoryBudget(1_000_000)
    target = Target("broker", BrokerProfile(url="mqtt://broker.example"))
    session = Session(target, budget=budget, open_transport=FakeBroker().open_transport)
    deliver(session.store, [(0x30, b"a", b"\x00payload")], At(1))
    assert budget.excess > -budget.limit
    monkeypatch.setattr(session.connection, "stop", asyncio.Event().wait)  # a link that is dead
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await session.close()
    assert budget.excess == -budget.limit


async def test_a_broker_takes_no_more_than_its_profile_allows_and_leaves_the_others_alone() -> None:
    whole = MemoryBudget(64 * 1024 * 1024)
    small = Target("small", BrokerProfile(url="mqtt://small", memory=1))
    large = Target("large", BrokerProfile(url="mqtt://large"))
    sessions = [Session(target, budget=whole, open_transport=FakeBroker().open_transport) for target in (small, large)]
    for session in sessions:
        for number in range(300):
            deliver(session.store, [raw_publish(b"t/%d" % number, bytes(10_000), protocol=Protocol.V5)], At(number + 1))
            session.store.settle(number + 1)
    limited, free = (session.store.totals for session in sessions)
    assert limited.held <= 1024 * 1024
    assert limited.evicted + limited.folded > 0
    assert free.held > 2_900_000
    assert free.evicted == 0
    await sessions[0].close()
    assert whole.excess == free.held - whole.limit
