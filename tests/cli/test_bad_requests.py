"""Bad arguments and places: one clear message that names them; nothing written; no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import called, contents, names, run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["demoo"], ["'demoo'", "did you mean 'demo'?"]),
        (["xyzzy"], ["'xyzzy'", "known: demo, demo-large, kenya, load-test, minimal"]),
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


@pytest.mark.parametrize("place", ["a_file", "a_file/below", "/dev/null/below"])
def test_a_file_in_the_way(place: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a directory cannot be, its name is told."""
    (here / "a_file").write_text("mine")
    code, out, err = called(capsys, "build", "minimal", "--out", place)

    assert (code, out) == (2, "")
    assert f"{place}:" in err
    assert len(err.splitlines()) == 1
    assert (here / "a_file").read_text() == "mine"


@pytest.mark.sample(1)
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
