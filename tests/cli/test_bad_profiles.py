"""Bad profiles: one clear message that names file, key and value; nothing written; no traceback."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from tests.running import called, contents, names

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
    (
        "farmers: {count: 30000001}\ncollection_points: {count: 50000}",
        ["farmers.count: 30000001 is more than 30000000", "national IDs"],
    ),
    ("regions: {count: 1000}", ["regions.count: 1000 is more than", "county"]),
    ("regions: {shares: growrs}", ["regions.shares: is one of even, growers; did you mean 'growers'?", "'growrs'"]),
    ("regions: {shares: 5}", ["regions.shares", "(got 5)"]),
    (
        "regions: {shares: growers, count: 16}\nfactories: {count: 20}\ncollection_points: {count: 20}",
        ["regions.count: 16 is more than 15, the counties with factories", "regions.shares: growers"],
    ),
    (
        "regions: {shares: growers, count: 4}",
        ["factories.count: 3 is less than regions.count (4); every region needs a factory"],
    ),
    ("collection_points: {count: 9000000000}", ["collection_points.count: 9000000000 is more than", "phone"]),
    ("collection_points: {count: 2}", ["collection_points.count: 2 is less than factories.count (3)"]),
    (
        "farmers: {count: 50000}",
        ["collection_points.count: within a walk of 10 there is no land for the farms of 50000"],
    ),
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
