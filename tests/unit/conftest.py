"""Fixtures of more than one package of unit tests."""

from collections.abc import Iterator

import keyring
import pytest

from tests.support.key_store import KeyStore


@pytest.fixture
def key_store() -> Iterator[KeyStore]:
    before, store = keyring.get_keyring(), KeyStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)
