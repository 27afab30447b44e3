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


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses, and before anything shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the cases of a test that is marked `sample(n)`, n stay in `make test`."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sample") and not any(map(item.get_closest_marker, ("full", "soak"))):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for found in cases.values():
        mark = found[0].get_closest_marker("sample")
        assert mark is not None
        stay = spread(len(found), *mark.args)
        for number, item in enumerate(found):
            if number not in stay:
                item.add_marker(pytest.mark.full)
