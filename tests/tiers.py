"""How much is tried: one of each slow kind by `make test`, all of them by `make test-all`, at length by `make soak`."""

from __future__ import annotations

from typing import Any

import pytest


def amounts(test: int, full: int, soak: int | None = None) -> list[Any]:
    """Parameters of a test that tries so often, or so finely, in `make test`, in `make test-all` and in `make soak`."""
    found = [pytest.param(test, id=f"{test}"), pytest.param(full, id=f"{full}", marks=pytest.mark.full)]
    return found if soak is None else [*found, pytest.param(soak, id=f"{soak}", marks=pytest.mark.soak)]


def spread(count: int, chosen: int) -> set[int]:
    """So many of the first `count` numbers, spread evenly, the first among them."""
    return {number * count // chosen for number in range(chosen)}
