from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from demo_data.report import size_text
from demo_data.tea import DOMAIN
from tests.running import called, command, environment

TABLES = tuple(DOMAIN.models)


def shown(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    code, out, err = called(capsys, "show", folder)

    assert (code, err) == (0, "")
    return out


def stories(folder: Path) -> dict[str, list[str]]:
    """Who shows which story in the one season that there is."""
    (season,) = json.loads((folder / "recipe.json").read_text())["scenarios"]["farmers"]
    found: dict[str, list[str]] = season["stories"]
    return found


def test_show_tables(demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells every table's rows, size and key, and what it is."""
    out = shown(capsys, demo_dir)
    for table in TABLES:
        path = demo_dir / f"{table}.parquet"
        rows, size = pl.read_parquet(path).height, size_text(path.stat().st_size)

        assert re.search(rf"^  {table} +{rows:,} +{size} +\w+.*  [A-Z].*\.$", out, re.MULTILINE), table
    assert "region_id, date" in out


def test_show_dates(demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells profile, seed, identity and the range of dates."""
    out = shown(capsys, demo_dir)
    received = pl.read_parquet(demo_dir / "documents.parquet")["ingestion"].struct.field("received_at").to_list()
    manifest = json.loads((demo_dir / "snapshot.json").read_text())

    assert out.startswith(f"{demo_dir}: demo\n  seed 20260131, 90 days up to 2026-01-31\n")
    assert manifest["identity"][:16] in out
    assert "weather from 2025-11-03 to 2026-01-31" in out
    assert f"deliveries from {min(received):%Y-%m-%d %H:%M} to {max(received):%Y-%m-%d %H:%M} UTC" in out


def test_show_scenarios(demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells which farmers show which scenario, by id and name; of many the first."""
    out = shown(capsys, demo_dir)
    farmers = pl.read_parquet(demo_dir / "farmers.parquet")
    names = {one["id"]: f"{one['first_name']} {one['last_name']}" for one in farmers.iter_rows(named=True)}
    for scenario, ids in stories(demo_dir).items():
        line = next(line for line in out.splitlines() if scenario in line)

        assert f"{scenario} ({len(ids)})" in line
        assert line.endswith(", ".join(f"{farmer} {names[farmer]}" for farmer in ids))


def test_show_says_synthetic(minimal_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` ends with the notice that the data is synthetic and its phones are not to be used."""
    assert shown(capsys, minimal_dir).endswith(f"\n{DOMAIN.notice}\n")


def test_show_some_tables(minimal_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory with one table and nothing else can be shown, and is called unfinished."""
    shutil.copy(minimal_dir / "farmers.parquet", tmp_path)
    out = shown(capsys, tmp_path)

    assert "a dataset without a recipe" in out
    assert "no manifest" in out
    assert not any(table in out for table in TABLES if table != "farmers")


def test_show_no_deliveries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A history without deliveries is told as one."""
    changes = ["farmers.is_active=0", "--set", "days=5"]
    code, _, err = called(capsys, "build", "minimal", "--set", *changes, "--out", tmp_path / "set", "--quiet")

    assert (code, err) == (0, "")
    assert "no deliveries" in shown(capsys, tmp_path / "set")


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_plot_of_rows(demo_dir: Path) -> None:
    """`rows.csv` has each table's rows."""
    found = {row["table"]: int(row["rows"]) for row in table_of(demo_dir / "plots" / "rows.csv")}

    assert found == json.loads((demo_dir / "snapshot.json").read_text())["rows"]


def test_plot_of_quality(demo_dir: Path) -> None:
    """`quality.csv` has, fortnight by fortnight, the mean primary percentage of each scenario's deliveries."""
    scenarios = stories(demo_dir)
    scenario_of = {farmer: name for name, ids in scenarios.items() for farmer in ids}
    seen: dict[tuple[str, str], list[float]] = {}
    for document in json.loads((demo_dir / "json" / "documents.json").read_text()):
        day = date.fromisoformat(document["ingestion"]["received_at"][:10])
        monday = date(1970, 1, 5)
        fortnight = monday + (day - monday) // timedelta(14) * timedelta(14)
        who = scenario_of.get(document["linkage_fields"]["farmer_id"], "others")
        percent = document["extracted_fields"]["bag_summary"]["primary_percentage"]
        seen.setdefault((fortnight.isoformat(), who), []).append(percent)
    found = {
        (row["date"], row["scenario"]): row["primary_percentage"] for row in table_of(demo_dir / "plots/quality.csv")
    }

    assert list(found) == sorted(seen)
    for key, values in seen.items():
        assert abs(float(found[key]) - sum(values) / len(values)) <= 0.051, key


def test_plot_of_rain(demo_dir: Path) -> None:
    """`rain.csv` has each region's millimetres and days, month by month."""
    seen: dict[tuple[str, str], list[float]] = {}
    for day in json.loads((demo_dir / "json" / "weather_observations.json").read_text()):
        seen.setdefault((day["date"][:7], day["region_id"]), []).append(day["precipitation_mm"])
    found = table_of(demo_dir / "plots" / "rain.csv")

    assert [(row["month"], row["region_id"]) for row in found] == sorted(seen)
    assert [float(row["rain_mm"]) for row in found] == [round(sum(seen[key]), 1) for key in sorted(seen)]
    assert [int(row["days"]) for row in found] == [len(seen[key]) for key in sorted(seen)]


def test_plots_show_the_scenarios(demo_large_dir: Path) -> None:
    """The picture shows what the scenarios say: top farmers above poor ones, and improving ones rising."""
    found = table_of(demo_large_dir / "plots" / "quality.csv")

    def line(scenario: str) -> list[float]:
        return [float(row["primary_percentage"]) for row in found if row["scenario"] == scenario]

    assert min(line("top_performer")) > max(line("consistently_poor"))
    assert line("improving_trend")[-1] > line("improving_trend")[0] + 10
    assert line("declining_trend")[-1] < line("declining_trend")[0] - 10
    assert "inactive" not in {row["scenario"] for row in found}


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (5_223, "5.2 kB"), (54_000_000, "54.0 MB"), (7.2e9, "7.2 GB")],
)
def test_sizes(size: float, text: str) -> None:
    """Sizes are told in decimal units."""
    assert size_text(size) == text


def test_lines_of_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build says a line per table with profile, rows, size and time, then what to do next; off a terminal no bar."""
    out = tmp_path / "set"
    code, said, err = called(capsys, "build", "minimal", "--out", out)
    *lines, last = said.splitlines()

    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in lines] == [["minimal", table] for table in TABLES]
    assert all(re.fullmatch(r"  \w+ +\w+ +[\d,]+ rows? +[\d.]+ k?B +\d+\.\d\d s", line) for line in lines)
    assert f"demo-data show {out}" in last
    assert f"demo-data validate {out}" in last


def test_some_tables_are_not_called_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With only some tables there is a line for each, and no word of a whole dataset."""
    _, said, _ = called(capsys, "build", "minimal", "--out", tmp_path, "--table", "farmers")

    assert [line.split()[:2] for line in said.splitlines()] == [["minimal", "farmers"]]


def test_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--quiet` a build says nothing."""
    assert called(capsys, "build", "minimal", "--out", tmp_path, "--quiet") == (0, "", "")


def on_a_terminal(*arguments: object) -> tuple[str, str]:
    """What a real `demo-data` writes to standard output, a pipe, and to standard error, a terminal."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    ours, theirs = pty.openpty()
    env = environment(TERM="xterm-256color", COLUMNS="100")
    with subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=theirs, env=env, text=True) as process:
        os.close(theirs)
        seen = b"".join(chunks(ours))
        os.close(ours)
        assert process.stdout is not None
        said = process.stdout.read()
    assert process.returncode == 0, seen.decode()
    return said, seen.decode()


def chunks(terminal: int) -> Iterator[bytes]:
    """What is written to a terminal, until nobody has it open."""
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:
            return
        if not chunk:
            return
        yield chunk


def test_bar_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal a bar per table shows the parts; it is wiped away, and the lines are as ever."""
    said, seen = on_a_terminal("build", "minimal", "--out", tmp_path / "set")

    assert "documents" in seen
    assert "\x1b[" in seen
    assert "1/1" in seen
    assert seen.rstrip("\r\n").endswith("\x1b[2K"), "the bars stay"
    assert "\x1b" not in said
    assert len(said.splitlines()) == len(TABLES) + 1


def test_quiet_on_a_terminal(tmp_path: Path) -> None:
    """With `--quiet` there is no bar either."""
    assert on_a_terminal("build", "minimal", "--out", tmp_path / "set", "--quiet") == ("", "")
