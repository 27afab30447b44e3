"""Memory: a feed of a load test is made and replayed in less than 1 GB. Minutes: `make soak`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.test_memory import MEASURE, peak
from tests.running import environment

APPLY = "import sys; from demo_data import feed; feed.apply(*sys.argv[1:])"


def replayed(*places: Path) -> int:
    """The most memory, in bytes, that a replay held at a time."""
    script = [sys.executable, "-c", MEASURE, sys.executable, "-c", APPLY, *map(str, places)]
    done = subprocess.run(script, env=environment(), capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.soak
def test_month(tmp_path: Path) -> None:
    """A month of 20,000 farmers, whose dataset has more than 600,000 documents."""
    old, new, feed = (tmp_path / name for name in ("old", "new", "feed"))
    peak("build", "load-test", "--no-json", "--quiet", "--out", old)
    peak("advance", old, "--to", "2026-02-28", "--out", new, "--quiet")

    assert peak("changes", old, new, "--out", feed) < 600_000_000
    assert json.loads((feed / "feed.json").read_text())["events"] > 60_000
    assert replayed(feed, old, tmp_path / "replayed") < 900_000_000


@pytest.mark.soak
def test_strangers(tmp_path: Path) -> None:
    """Two load tests of other seeds, where everything differs."""
    old, new, feed = (tmp_path / name for name in ("old", "new", "feed"))
    for seed, out in ((1, old), (2, new)):
        peak("build", "load-test", "--seed", seed, "--no-json", "--quiet", "--out", out)

    assert peak("changes", old, new, "--out", feed) < 1_000_000_000
    assert replayed(feed, old, tmp_path / "replayed") < 1_000_000_000
