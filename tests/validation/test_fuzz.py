"""Whatever the files hold, the command ends by itself: with 0, 1 or 2, and no traceback."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo_data.cli import main
from demo_data.tea import DOMAIN
from tests.running import run
from tests.tiers import amounts
from tests.validation.mutants import damaged, mutated, written

FEW = 40
"""Records of a table at most, so that an example takes a few tenths of a second."""

LONG = 1500
"""From so many examples on they are others each time."""


@pytest.fixture(scope="module")
def small(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginnings of the demo dataset's tables, as JSON; references between them dangle."""
    out = tmp_path_factory.mktemp("fuzz") / "small"
    out.mkdir()
    for path in (demo_dir / "json").iterdir():
        records = json.loads(path.read_text(encoding="utf-8"))[:FEW]
        (out / path.name).write_text(json.dumps(records), encoding="utf-8")
    return out


def ended(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and output of `validate`, which may raise nothing and accuse no rule of ours."""
    said, told = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(told):
        code = main(["validate", str(folder), *options])
    text = said.getvalue()
    assert code in (0, 1, 2)
    assert not re.search("the rule [^ ]+ is at fault", text), text
    assert "Traceback" not in told.getvalue()
    if options[:2] == ("--format", "json") and code != 2:
        assert json.loads(text)["summary"]["ok"] == (code == 0)
    return code, text


def check_mutants(seed: int, small: Path, folder: Path) -> None:
    """Each table with half of its records changed, in up to nine tables of up to forty records."""
    random = Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(small, folder)
    for table in random.sample(list(DOMAIN.models), random.choice((3, 9, 9))):
        path = folder / f"{table}.json"
        records = json.loads(path.read_text(encoding="utf-8"))
        path.write_bytes(
            written([mutated(each, random) if random.random() < 0.5 else each for each in records], random)
        )
    options = random.choice(((), ("--format", "json"), ("--format", "github"), ("--strict",)))
    ended(folder, *options)


def check_bytes(seed: int, small: Path, minimal: Path, folder: Path) -> None:
    """One or two files of a directory damaged, JSON, Parquet or recipe."""
    random = Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    if random.random() < 0.5:
        shutil.copytree(small, folder)
    else:
        shutil.copytree(minimal, folder, ignore=shutil.ignore_patterns("plots", *(["json"] if seed % 4 else [])))
    for path in random.sample(sorted(each for each in folder.rglob("*") if each.is_file()), random.choice((1, 2))):
        path.write_bytes(damaged(path.read_bytes(), random))
    ended(folder)


SEEDS = st.integers(0, 2**32)


def fuzzed(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < LONG,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("examples", amounts(4, 20, LONG))
def test_mutated_records_end_cleanly(examples: int, small: Path, tmp_path: Path) -> None:
    """Thousands of records with changed values, names and types."""
    fuzzed(examples)(given(SEEDS)(lambda seed: check_mutants(seed, small, tmp_path / "x")))()


@pytest.mark.parametrize("examples", amounts(10, 45, 2 * LONG))
def test_damaged_bytes_end_cleanly(examples: int, small: Path, minimal_dir: Path, tmp_path: Path) -> None:
    """Files that are cut, torn, overwritten and mixed with noise."""
    fuzzed(examples)(given(SEEDS)(lambda seed: check_bytes(seed, small, minimal_dir, tmp_path / "x")))()


@pytest.mark.sample(1)
@pytest.mark.parametrize("seed", range(4))
def test_a_process_of_its_own_ends_cleanly(seed: int, small: Path, tmp_path: Path) -> None:
    """A real command, on a terminal that knows ASCII only: nothing on standard error."""
    folder = tmp_path / "x"
    check_mutants(seed, small, folder)
    began = time.monotonic()
    done = run(["validate", folder], env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")
    assert time.monotonic() - began < 30
