"""When the garbage collector may work: not while somebody waits.

A full collection looks at every object that can be part of a cycle: 121 ms with 100,000 topics, during which no key is
answered, and a tenth of the start (measured, CPython 3.11). What is frozen is not looked at any more, and still freed
as soon as nobody holds it.
"""

import gc
import time

_SPURT = 5_000
"""Topics; so many more are frozen together, while they come."""

_HANDFUL = 100
"""Topics; so many more are frozen a second after the last of them came. What is frozen while a dialog is open is not
freed with it, so this must not happen all the time."""

_YOUNG = 700, 3, 1_000_000
"""New objects until the youngest are looked at; how often, until those are that outlived it; and until all are.

The log grows by a list of some thousand topics a read: with Python's ten in place of three that is 8 ms. All that is
old takes 60 ms where two million messages are kept.
"""

_AT_REST = 60.0
_BUSY = 600.0
"""Seconds between two collections of all that is old, where nothing happens and where much does."""


def hold_back() -> None:
    """Collect nothing until ``begin``: modules, classes and styles are made, and all of them stay."""
    gc.disable()


def begin() -> None:
    """Collect from now on what is young, but nothing of what is there: after ``hold_back`` only.

    All that is old is ``Collector``'s business.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_YOUNG)
        gc.enable()


class Collector:
    """Collects what is old when that holds up nobody, or at last when it has not been done for long."""

    def __init__(self) -> None:
        self._collected_at = time.monotonic()

    def collect(self, *, is_at_rest: bool) -> None:
        """A good moment; a better one if nothing happens."""
        if time.monotonic() - self._collected_at > (_AT_REST if is_at_rest else _BUSY):
            gc.collect()
            self._collected_at = time.monotonic()


class Freezer:
    """Freezes a tree as it grows, and takes that back where all of it is given up: it is full of cycles."""

    _given_up = 0  # topics that are frozen and nobody's, in the whole process

    def __init__(self) -> None:
        self._young = 0
        self._grew_in = 0
        self._frozen = 0

    def grew(self, topics: int, second: int) -> None:
        """So many topics came in this second."""
        self._young += topics
        self._grew_in = second

    def settled(self, second: int) -> None:
        """A good moment, if there is something to thaw or to freeze. ``second``: what the clock says."""
        if Freezer._given_up >= _SPURT and second != self._grew_in:  # nobody looks at the old tree any more
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            Freezer._given_up = 0
        is_enough = self._young >= (_HANDFUL if self._frozen else 1)
        if self._young >= _SPURT or (is_enough and second != self._grew_in):
            gc.collect()  # what nobody needs shall not be frozen; and what is frozen already costs nothing here
            gc.freeze()
            self._frozen += self._young
            self._young = 0

    def cleared(self) -> None:
        """All topics were given up."""
        Freezer._given_up += self._frozen
        self._young = self._frozen = 0
