"""Bad input: one clear message that names file, key and value; nothing written; no traceback."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import called, contents, names, run

FAULTY = [  # what is said after the profile's name, and what must be told
    ("seed: -1", ["seed", "greater than or equal to 0", "-1"]),
    ("seed: soon", ["seed", "integer", "'soon'"]),
    ("seed: 9223372036854775808", ["seed", "less than 9223372036854775808"]),
    ("as_of: 2026-02-30", ["as_of", "day", "2026-02-30"]),
    ("as_of: tomorrow", ["as_of", "'tomorrow'"]),
    ("as_of: 1889-12-31", ["as_of", "2011-01-01"]),
    ("days: 0", ["days", "(got 0)"]),
    ("days: true", ["days", "integer", "True"]),
    ("days: 20001", ["days", "20000", "20001"]),
    ("dayz: 3", ["dayz: unknown key", "did you mean 'days'?"]),
    ("farmer: {count: 3}", ["farmer: unknown key", "did you mean 'farmers'?"]),
    ("farmers: {cuont: 3}", ["farmers.cuont: unknown key", "did you mean 'count'?"]),
    ("farmers: 5", ["farmers: is a section of keys", "(got 5)"]),
    ("farmers: {count: 50.5}", ["farmers.count", "integer", "50.5"]),
    ("farmers: {count: '50'}", ["farmers.count", "integer", "'50'"]),
    ("farmers: {count: 0}", ["farmers.count", "(got 0)"]),
    ("farmers: {count: 30000001}", ["farmers.count: 30000001 is more than 30000000", "national IDs"]),
    ("regions: {count: 1000}", ["regions.count: 1000 is more than", "county"]),
    ("collection_points: {count: 9000000000}", ["collection_points.count: 9000000000 is more than", "phone"]),
    ("collection_points: {count: 2}", ["collection_points.count: 2 is less than factories.count (3)"]),
    ("farmers: {has_email: 101}", ["farmers.has_email", "100", "101"]),
    ("farmers: {has_email: -1}", ["farmers.has_email", "(got -1)"]),
    ("farmers: {has_email: .nan}", ["farmers.has_email", "nan"]),
    ("farmers: {has_email: true}", ["farmers.has_email", "number", "True"]),
    ("farmers: {gender: {female: 60, male: 30}}", ["farmers.gender: percentages must sum to 100, not 90"]),
    ("farmers: {gender: {}}", ["farmers.gender: percentages must sum to 100, not 0"]),
    ("farmers: {gender: {femal: 100}}", ["farmers.gender", "'femal' is not one of its values", "'female'"]),
    ("farmers: {gender: {female: much}}", ["farmers.gender.female", "'much'"]),
    ("farmers: {pref_lang: {kiswahili: 100}}", ["'kiswahili'", "known: sw, en, ki, luo"]),
    ("farmers: {id_prefix: wm-}", ["farmers.id_prefix", "'wm-'"]),
    ("farmers: {scenarios: {improving: 1}}", ["'improving' is no scenario", "did you mean 'improving_trend'?"]),
    ("farmers: {scenarios: {inactive: 51}}", ["farmers.scenarios: 51 farmers are more than farmers.count (50)"]),
    ("farmers: {scenarios: {inactive: 60%, top_performer: 50%}}", ["55 farmers are more than farmers.count (50)"]),
    ("farmers: {scenarios: {inactive: -1}}", ["farmers.scenarios", "inactive: -1 is neither"]),
    ("farmers: {scenarios: {inactive: 1.5}}", ["farmers.scenarios", "inactive: 1.5 is neither"]),
    ("farmers: {scenarios: {inactive: true}}", ["farmers.scenarios", "inactive: True is neither"]),
    ("farmers: {scenarios: {inactive: 101%}}", ["farmers.scenarios", "'101%' is neither"]),
    ("farmers: {scenarios: {inactive: many}}", ["farmers.scenarios", "'many' is neither"]),
    ("farmers: {scenarios: 3}", ["farmers.scenarios", "(got 3)"]),
    ("farmers: [", ["not valid YAML", "line"]),
    ("? [a]\n: b", ["line 1", "keys are texts"]),
    ("seed: !!int 3", ["line 2", "the tag !!int"]),
    ("as_of: !!timestamp 2026-01-30", ["line 2", "the tag !!timestamp"]),
    ("seed: !!python/object/apply:os.system ['true']", ["line 2", "the tag !!python/object"]),
    ("seed: 0123", ["mine.yaml: line 2: seed: 0123 is 83 in YAML 1.1 and 123 in YAML 1.2: write 83 or 123"]),
    ("days: 1:30", ["line 2: days: 1:30 is 90", "'1:30'"]),
    ("farmers: {count: 3, has_email: 5, count: 4}", ["line 2: farmers.count stands twice", "line 2"]),
    ("days: 30\nseed: 4\ndays: 40", ["line 4: days stands twice; the first one is in line 2"]),
    ("farmers: {scenarios: {no: 3}}", ["line 2: farmers.scenarios: no is false in YAML 1.1"]),
    ("farmers: {scenarios: {inactive: 1_0%}}", ["'1_0%' is neither"]),
    ("farmers: {scenarios: {inactive: \u0665%}}", ["is neither"]),
    ("as_of: 1767139200", ["as_of: is a date, written as 2026-01-31 (got 1767139200)"]),
    ("as_of: '1767139200'", ["as_of: '1767139200' is no date"]),
    (f"farmers: {{count: {'9' * 5000}}}", ["line 2: farmers.count: a number of 5,000 characters"]),
    (f"seed: {'x' * 5000}", ["seed: ", "xxx"]),
    (f"{'x' * 500}: 3", ["unknown key"]),
    (f"seed: {'[' * 5000}", ["nested more than"]),
    ("extends: ''", ["no profile is called ''"]),
    ("extends: dmeo", ["no profile is called 'dmeo'", "'demo'"]),
    ("extends: 3", ["extends: name one profile, not 3"]),
    ("extends: mine.yaml", ["extend each other in a circle"]),
    ("- a\n- b", ["a profile is a mapping of keys, not a list"]),
    ("", ["a profile is a mapping of keys, not nothing"]),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_all_faults_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every fault of a profile is told in one pass, a line each, with the file's name."""
    text = """
extends: demo
dayz: 3
seed: x
regions: {count: 100}
factories: {count: 9000000}
farmers: {count: 10, scenarios: {inactive: 11}, gender: {man: 30, woman: 60}, has_email: 200}
"""
    (here / "mine.yaml").write_text(text)
    code, out, err = called(capsys, "build", "mine.yaml")
    lines = err.splitlines()

    assert (code, out) == (2, "")
    assert all(line.startswith("demo-data: mine.yaml: ") for line in lines)
    for told in (
        "dayz",
        "seed",
        "regions.count: 100",
        "factories.count: 9000000.*phone",
        "collection_points.count: 10.*9000000",
        "farmers.scenarios: 11",
        "'man'.*'woman'.*90",
        "farmers.has_email",
    ):
        assert any(re.search(told, line) for line in lines), told
    assert {"mine.yaml"} == set(contents(here))


@pytest.mark.parametrize(("text", "told"), FAULTY)
def test_a_faulty_profile(text: str, told: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault in a profile is told by file, key, value and nearest valid name, in a line."""
    bare = not text or text.startswith(("-", "?", "extends"))
    (here / "mine.yaml").write_text(text if bare else f"extends: demo\n{text}\n")
    code, out, err = called(capsys, "build", "mine.yaml", "--out", "there")

    assert (code, out) == (2, "")
    for words in told:
        assert words in err
    assert ("mine.yaml" in err) or ("no profile" in err)
    assert len(err.splitlines()) == 1
    assert len(err) < 1000
    assert names(here) == ["mine.yaml"]


BOMB = "extends: demo\nz: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"z{name}: &{name} [{','.join([f'*{below}'] * 9)}]\n" for below, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize("place", ["seed: {}", "farmers: {{count: {}}}", "farmers: {{gender: {}}}", "as_of: {}"])
@pytest.mark.parametrize("depth", ["c", "h"])
def test_aliases_of_aliases(place: str, depth: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A few lines that unfold to a thousand values, or to millions, are told at once and shortly."""
    (here / "mine.yaml").write_text(BOMB + place.format(f"*{depth}"))
    began = time.monotonic()
    code, _, err = called(capsys, "build", "mine.yaml")

    assert code == 2
    assert len(err) < 4000
    assert time.monotonic() - began < 10


def test_long_chains(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some profiles may extend each other, thousands may not."""
    for number in range(2000):
        (here / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n")
    (here / "2000.yaml").write_text("extends: minimal\n")
    assert called(capsys, "build", "1995.yaml", "--quiet", "--table", "regions", "--out", "made") == (0, "", "")
    code, _, err = called(capsys, "build", "0.yaml", "--out", "other")

    assert (code, len(err.splitlines())) == (2, 1)
    assert "more than 10 profiles extend each other" in err
    assert not (here / "other").exists()


def test_what_is_no_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A FIFO, a device, a directory or a huge file as a profile, or as what one extends, is told, not waited for."""
    os.mkfifo(here / "fifo.yaml")
    (here / "zero.yaml").symlink_to("/dev/zero")
    (here / "folder.yaml").mkdir()
    with (here / "huge.yaml").open("wb") as file:
        file.truncate(10_000_000_000)
    for name in ("fifo", "zero", "folder", "huge"):
        (here / "mine.yaml").write_text(f"extends: {name}.yaml\n")
        for asked in (f"{name}.yaml", "mine.yaml"):
            code, _, err = called(capsys, "build", asked, "--out", "made")
            assert (code, len(err.splitlines())) == (2, 1)
            assert f"{name}.yaml: " in err
    assert not (here / "made").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["demoo"], ["'demoo'", "did you mean 'demo'?"]),
        (["xyzzy"], ["'xyzzy'", "known: demo, demo-large, load-test, minimal"]),
        (["nowhere.yaml"], ["nowhere.yaml: no such profile file"]),
        (["../demo"], ["'../demo'"]),
        (["demo", "--set", "farmers.cuont=3"], ["--set", "farmers.cuont", "'count'"]),
        (["demo", "--set", "farmers.count"], ["farmers.count", "key=value"]),
        (["demo", "--set", "=3"], ["=3", "key=value"]),
        (["demo", "--set", "farmers.count=[1"], ["farmers.count=[1", "YAML"]),
        (["demo", "--set", "farmers.count=ten"], ["farmers.count", "'ten'"]),
        (["demo", "--set", "farmers.count=3.5"], ["farmers.count", "3.5"]),
        (["demo", "--set", "seed.x=1"], ["seed.x=1", "seed has no keys below it"]),
        (["demo", "--set", "farmers.count.x=1"], ["farmers.count has no keys below it"]),
        (["demo", "--set", "as_of=2026-13-01"], ["--set", "as_of", "month", "2026-13-01"]),
        (["demo", "--set", "collection_points.status={active: 90}"], ["collection_points.status", "100", "90"]),
        (["demo", "--set", "seed=0123"], ["--set seed=0123: 0123 is 83"]),
        (["demo", "--set", "farmers.has_email=1e1"], ["1e1 is the text '1e1' in YAML 1.1"]),
        (["demo", "--set", "farmers.gender={female: 60, female: 40}"], ["female stands twice"]),
        (["demo", "--set", "seed=no", "--set", "days=on"], ["seed=no: no is false", "days=on: on is true"]),
        (["demo", "--set", "regions.x" + ".y" * 5000 + "=1"], ["no key lies so deep"]),
        (["demo", "--set", f"seed={'9' * 5000}"], ["a number of 5,000 characters"]),
        (["demo", "--seed", "1_0"], ["--seed", "'1_0'"]),
        (["demo", "--seed", "9" * 5000], ["--seed", "is not a number"]),
        (["demo", "--as-of", "20260131"], ["--as-of", "'20260131' is no date"]),
        (["demo", "--out", ""], ["--out", "a path is expected"]),
        (["demo", "--seed", "-3"], ["--seed", "seed", "-3"]),
        (["demo", "--seed", "three"], ["--seed", "three"]),
        (["demo", "--as-of", "2026-02-30"], ["--as-of", "2026-02-30", "2026-01-31"]),
        (["demo", "--as-of", "1800-01-01"], ["--as-of", "as_of", "2011-01-01"]),
        (["demo", "--workers", "0"], ["--workers", "'0'"]),
        (["demo", "--workers", "two"], ["--workers", "'two'"]),
        (["demo", "--level", "6"], ["--level 6", "0 to 5"]),
        (["demo", "--level", "-1"], ["--level -1", "0 to 5"]),
        (["demo", "--table", "farmer"], ["--table farmer", "did you mean 'farmers'?"]),
        (["demo", "--tabel", "farmers"], ["--tabel"]),
        ([], ["PROFILE"]),
    ],
)
def test_a_faulty_request(
    arguments: list[str], told: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in the arguments is told with argument, value and nearest valid name."""
    code, out, err = called(capsys, "build", *arguments)

    assert (code, out) == (2, "")
    for words in told:
        assert words in err
    assert names(here) == []


@pytest.mark.parametrize("command", ["json", "validate", "snapshot write", "show"])
def test_no_tables(command: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory without tables, and one that does not exist, are told by name; nothing appears in them."""
    (here / "empty").mkdir()
    for name in ("empty", "nowhere"):
        code, out, err = called(capsys, *command.split(), name)

        assert (code, out) == (2, "")
        assert name in err
        assert len(err.splitlines()) == 1
    assert contents(here) == {}
    assert names(here) == ["empty"]


def cut(path: Path, keep: int) -> None:
    with path.open("r+b") as file:
        file.truncate(keep)


def scratch(path: Path) -> None:
    """Overwrite the first column's pages, and leave the footer."""
    with path.open("r+b") as file:
        file.seek(4)
        file.write(b"\xff" * 200)


def swap(path: Path) -> None:
    path.write_bytes(b"[]")


DAMAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "cut": ("farmers.parquet", lambda path: cut(path, 2000)),
    "emptied": ("weather_observations.parquet", lambda path: cut(path, 0)),
    "other": ("documents.parquet", swap),
    "recipe": ("recipe.json", lambda path: cut(path, 100)),
    "recipe emptied": ("recipe.json", lambda path: cut(path, 0)),
    "recipe other": ("recipe.json", swap),
    "recipe without keys": ("recipe.json", lambda path: path.write_text('{"profile": "minimal"}') and None),
}
READERS = ("json", "snapshot write", "show")


@pytest.mark.parametrize(
    ("command", "damage"),
    [(name, damage) for name in READERS for damage in DAMAGES if not (name == "json" and "recipe" in damage)],
)
def test_damaged_files(
    command: str, damage: str, minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A truncated or foreign file is told by name, with exit code 1; the directory stays as it was."""
    file, break_it = DAMAGES[damage]
    shutil.copytree(minimal_dir, here / "set")
    break_it(here / "set" / file)
    before = contents(here)
    code, _, err = called(capsys, *command.split(), "set")

    assert code == 1
    assert f"set/{file}" in err
    assert len(err.splitlines()) == 1
    assert before == contents(here)


@pytest.mark.parametrize(
    ("command", "table"),
    [(name, table) for name in ("json", "snapshot write") for table in ("farmers", "documents", "weather_observations")]
    + [("show", "weather_observations")],  # of the others it reads no column that is damaged here
)
def test_damaged_pages(
    command: str, table: str, minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged pages under a sound footer are told by the file's name, where the values are read."""
    shutil.copytree(minimal_dir, here / "set")
    scratch(here / "set" / f"{table}.parquet")
    before = contents(here)
    code, _, err = called(capsys, *command.split(), "set")

    assert code == 1
    assert f"set/{table}.parquet" in err
    assert len(err.splitlines()) == 1
    assert before == contents(here)


def test_truncated_manifest(minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells a truncated manifest."""
    shutil.copytree(minimal_dir, here / "set")
    cut(here / "set" / "snapshot.json", 500)
    code, _, err = called(capsys, "show", "set")

    assert code == 1
    assert "set/snapshot.json: not valid JSON" in err


@pytest.mark.parametrize("place", ["a_file", "a_file/below", "/dev/null/below"])
def test_a_file_in_the_way(place: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a directory cannot be, its name is told."""
    (here / "a_file").write_text("mine")
    code, out, err = called(capsys, "build", "minimal", "--out", place)

    assert (code, out) == (2, "")
    assert f"{place}:" in err
    assert len(err.splitlines()) == 1
    assert (here / "a_file").read_text() == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "demoo"],
        ["build", "demo", "--set", "farmers.gender={female: 3}"],
        ["show", "."],
        ["build", "minimal", "--out", "/dev/null/x"],
        ["json", "."],
    ],
)
def test_in_a_process_of_its_own(arguments: list[str], here: Path) -> None:
    """A real process says one line to standard error, exits with 2 and leaves nothing."""
    done = run(arguments, cwd=here)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("demo-data: ")
    assert len(done.stderr.splitlines()) == 1
    assert names(here) == []
