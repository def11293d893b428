"""Payloads that say whose they are, and what becomes of their serial numbers."""

import random

import pytest

from mqtt_tui.benchmark.sequence import Sequence
from mqtt_tui.benchmark.stamp import SIZE, Stamper, read_stamp


@pytest.mark.parametrize("size", [SIZE, SIZE + 1, 1000])
def test_a_payload_says_who_sent_it_and_has_the_size(size: int) -> None:
    stamper = Stamper(7, 3, size)
    first, second = stamper.next(), stamper.next()
    assert len(first) == len(second) == size
    one, two = read_stamp(b"\x12\x34\0" + first), read_stamp(second)
    assert one is not None
    assert two is not None
    assert (one.run, one.client, one.serial, two.serial) == (7, 3, 1, 2)
    assert one.sent_at <= two.sent_at


@pytest.mark.parametrize("size", [0, 1, SIZE - 1])
def test_a_payload_without_room_has_no_stamp(size: int) -> None:
    payload = Stamper(7, 3, size).next()
    assert len(payload) == size
    assert read_stamp(payload) is None


def numbers(*serials: int) -> Sequence:
    sequence = Sequence()
    for serial in serials:
        sequence.note(serial)
    return sequence


def test_a_number_that_is_left_out_is_missing_until_it_comes() -> None:
    assert numbers(5, 6, 9).missing == 2
    assert numbers(5, 6, 9, 7).missing == 1
    assert numbers(5, 6, 9, 7, 8).missing == 0


def test_a_number_that_comes_again_is_a_duplicate_and_one_that_comes_late_is_none() -> None:
    assert numbers(1, 2, 2, 3, 1).duplicates == 2
    assert numbers(1, 3, 2).duplicates == 0


def test_order_does_not_matter_after_the_first() -> None:
    serials = list(range(2, 1000))
    random.Random(3).shuffle(serials)
    sequence = numbers(1, *serials)
    assert (sequence.missing, sequence.duplicates) == (0, 0)


def test_a_stranger_with_a_huge_number_costs_nothing() -> None:
    sequence = numbers(1, 2**64 - 1, 2**63)
    assert (sequence.missing, sequence.duplicates) == (0, 0)
