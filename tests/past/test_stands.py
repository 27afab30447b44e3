"""Whatever two days one looks at, what had happened by the earlier one is the same."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from demo_data.compare import past_diff
from tests.past.stepping import Worlds, pair, rewritten
from tests.tiers import amounts


@pytest.mark.parametrize("pairs", amounts(1, 4, 34))
@pytest.mark.parametrize("seed", [20260131, 7, 4242])
@pytest.mark.parametrize("profile", ["minimal", "demo"])
def test_the_past_stands(profile: str, seed: int, pairs: int, tmp_path: Path) -> None:
    """No value differs, as plain dictionaries say; and the comparison that people have agrees."""
    random, worlds = Random(f"{profile} {seed}"), Worlds(tmp_path)
    for _ in range(pairs):
        joining = f"farmers.joining={random.choice((0, 3, 30))}"
        old, new = (worlds.as_of(profile, seed, day, joining) for day in pair(random))

        assert rewritten(old, new) == [], (old.day, new.day, joining)
        found = past_diff(old.folder, new.folder)
        assert found.stands, (old.day, new.day, joining)
        assert (found.day, found.until) == (old.day, new.day)
        counted = {table: kept.rows + kept.passed for table, kept in found.tables.items()}
        assert counted == {table: len(records) for table, records in old.tables.items()}
