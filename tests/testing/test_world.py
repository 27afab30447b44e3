"""The fixture of a world that moves on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import contents
from tests.testing.runs import configured, failures, ran


def test_days_go_on(there: pytest.Pytester, demo_dir: Path, tmp_path: Path) -> None:
    """Each test has a world of its own, which its mark or the configuration names; events lead from day to day."""
    there.makepyfile(
        """
    from datetime import date, timedelta
    import pytest

    @pytest.mark.parametrize("days", [1, 3])
    def test_events(demo_world, days):
        first, before = demo_world.as_of, demo_world.snapshot
        assert first == date(2026, 1, 31)
        documents = {row["document_id"] for row in before.records("documents")}
        performances = {row["farmer_id"]: row for row in before.records("farmer_performance")}
        for step in range(1, 4):
            events = demo_world.advance(days) if days > 1 else demo_world.advance()
            assert [event.position for event in events] == list(range(1, len(events) + 1))
            assert demo_world.as_of == first + timedelta(days * step)
            for event in events:
                if event.table == "farmer_performance":
                    assert performances.get(event.key["farmer_id"]) == event.before
                    performances[event.key["farmer_id"]] = event.after
                if event.table == "documents":
                    documents.add(event.key["document_id"])
            now = demo_world.snapshot
            assert documents == {row["document_id"] for row in now.records("documents")}
            assert performances == {row["farmer_id"]: row for row in now.records("farmer_performance")}
        assert demo_world.advance(0) == []
        with pytest.raises(ValueError, match="time goes forward"):
            demo_world.advance(-1)
    """
    )
    configured(there, demo_data_snapshot=demo_dir)
    before = contents(demo_dir)

    ran(there).assert_outcomes(passed=2)
    assert contents(demo_dir) == before


def test_no_snapshot(there: pytest.Pytester) -> None:
    """Where nothing names a snapshot, the test says how one is named."""
    there.makepyfile("def test_none(demo_world): ...")
    configured(there)

    assert "name a snapshot" in failures(ran(there))["test_none"]
