"""Two worlds that several tests look at on several days."""

from __future__ import annotations

import pytest

from tests.feed.worlds import World, grown


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """`demo`, where so much happens that every kind of event comes within weeks."""
    return grown(tmp_path_factory.mktemp("world"), "farmers.joining=100")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Another world: another seed, and more farmers."""
    return grown(tmp_path_factory.mktemp("stranger"), "seed=2", "farmers.count=60")
