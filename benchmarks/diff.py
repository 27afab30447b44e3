"""Processor seconds and peak memory of `demo-data snapshot diff` on two versions of `load-test`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.validate import measured

_FEW = "farmers.notification_channel={sms: 100}"


def run() -> None:
    print("load-test, Parquet only: comparing two versions of it (processes of their own)")
    with TemporaryDirectory() as folder:
        first, few, other, bare = (str(Path(folder) / name) for name in ("first", "few", "other", "bare"))
        for out, *options in ((first,), (few, "--set", _FEW), (other, "--seed", "2"), (bare,)):
            measured("build", "load-test", "--no-json", "--quiet", "--out", out, *options)
        (Path(bare) / "snapshot.json").unlink()
        for name, new in (
            ("equal, by manifests", first),
            ("equal, by values", bare),
            ("some farmers changed", few),
            ("all rows changed", other),
        ):
            seconds, megabytes = measured("snapshot", "diff", first, new)
            print(f"  {name:24}{seconds:>7.2f} CPU-s{megabytes:>9,.0f} MB")
