"""Peak memory of `demo-data build load-test`, and of what is done with it; and of both with more farmers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.validate import measured

_FOUR = ("--set", "farmers.count=80000", "--set", "collection_points.count=1600")


def run() -> None:
    print("Peak memory of a build (one process)")
    first = _built()
    print(f"  load-test, Parquet and JSON           {first:>6,} MB")
    plain = _built("--no-json")
    ten = _built("--no-json", "--set", "farmers.count=200000")
    print(f"  load-test, Parquet only               {plain:>6,} MB")
    print(f"  ten times the farmers, Parquet only   {ten:>6,} MB  ({ten / plain - 1:+.0%})")
    print("Peak memory, and CPU, of what is done with load-test, Parquet only; and with four times the farmers")
    one, four = _done(), _done(*_FOUR)
    for name, (seconds, megabytes) in one.items():
        more, most = four[name]
        print(f"  {name:30}{megabytes:>6,} MB{seconds:>8.1f} CPU-s  ->{most:>6,} MB{more:>8.1f} CPU-s")


def _built(*options: str) -> int:
    """Megabytes that one build took at most."""
    with TemporaryDirectory() as folder:
        return measured("build", "load-test", *options, "--quiet", "--out", f"{folder}/out")[1]


def _done(*options: str) -> dict[str, tuple[float, int]]:
    """CPU seconds and megabytes of each command on a dataset, another of other values, and the same a day later."""
    with TemporaryDirectory() as folder:
        here, other, later, feed, day = (str(Path(folder) / name) for name in ("here", "other", "later", "feed", "day"))
        for seed, out in (("1", here), ("2", other)):
            measured("build", "load-test", "--no-json", "--quiet", *options, "--seed", seed, "--out", out)
        return {
            "verify": measured("snapshot", "verify", here),
            "diff, all rows changed": measured("snapshot", "diff", here, other),
            "advance by a day": measured("advance", here, "--to", "2026-02-01", "--out", later, "--quiet"),
            "diff --past": measured("snapshot", "diff", "--past", here, later),
            "changes of a day": measured("changes", here, later, "--out", day, "--quiet"),
            "changes --since": measured("changes", here, "--since", "2026-01-31", "--out", day, "--quiet"),
            "changes, all rows changed": measured("changes", here, other, "--out", feed, "--quiet"),
        }
