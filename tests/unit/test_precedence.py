"""Keys come before messages, and those not for ever."""

from mqtt_tui.precedence import Courtesy, Precedence


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_claim_holds_for_its_time_and_a_later_one_takes_its_place() -> None:
    clock = Clock()
    precedence = Precedence(clock)
    assert not precedence.is_claimed
    precedence.claim(0.25)
    clock.now += 0.2
    assert precedence.is_claimed
    precedence.claim(0.01)
    clock.now += 0.02
    assert not precedence.is_claimed


def test_who_gives_way_has_a_turn_now_and_then_while_keys_come_without_end() -> None:
    clock = Clock()
    precedence = Precedence(clock)
    courtesy = Courtesy(precedence, longest=0.05)
    turns = 0
    for _ in range(1_000):
        precedence.claim(0.25)
        turns += not courtesy.gives_way()
        clock.now += 0.001
    assert 15 <= turns <= 20


def test_nobody_waits_where_nothing_is_claimed() -> None:
    clock = Clock()
    precedence = Precedence(clock)
    courtesy = Courtesy(precedence, longest=0.05)
    precedence.claim(0.01)
    assert courtesy.gives_way()
    clock.now += 0.01
    assert not courtesy.gives_way()
    clock.now += 1
    precedence.claim(0.01)
    assert courtesy.gives_way()  # the wait is counted anew
