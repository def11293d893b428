"""What a message costs beside other clients, in the same run; figures are for ``make bench``."""

import pytest

from bench.blaster import NoCompiler, program
from bench.clients import CLIENTS, OURS, Taken
from bench.intake import ratio, rounds
from bench.shapes import A, B, C, Shape


@pytest.fixture(autouse=True)
def _sender() -> None:
    try:
        program()
    except NoCompiler as error:
        pytest.skip(str(error))


def taken(shape: Shape, other: str) -> dict[str, list[Taken | None]]:
    """What ours and one other took in a few short rounds."""
    return rounds(shape, (CLIENTS[OURS], CLIENTS[other]), number=3, scale=0.1)


@pytest.mark.parametrize(("shape", "least"), [(A, 8), (B, 20), (C, 5)], ids=lambda value: getattr(value, "name", None))
def test_a_message_costs_a_fraction_of_what_the_library_alone_takes(shape: Shape, least: float) -> None:
    found = taken(shape, "aiomqtt")
    assert (ratio(found["aiomqtt"], found[OURS]) or 0) >= least


def test_a_message_costs_less_than_a_line_of_mosquitto_sub() -> None:
    if CLIENTS["mosquitto_sub"].missing:
        pytest.skip("mosquitto_sub is not installed")
    found = taken(A, "mosquitto_sub")
    assert (ratio(found["mosquitto_sub"], found[OURS]) or 0) >= 1.5
