"""Each test here has Polyfactory classes of its own: an empty registry, numbers from the start, seed 1."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo_data import FKRegistry, isolated_factories


@pytest.fixture(autouse=True)
def registry() -> Iterator[FKRegistry]:
    with isolated_factories(seed=1) as registry:
        yield registry
