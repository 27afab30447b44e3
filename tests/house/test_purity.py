"""Where cells are made nothing asks the clock, a random generator, a hash seed or the machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import PACKAGE

MAKING = (
    "common/hashed_bits",
    "engine/*",
    "recipes/*",
    "schema/*",
    "dataset/*",
    "tea/**/*",
    "build",
    "profile",
    "domain",
)
# These draw single values from a generator, as Faker does: no cell is made of them, and import-linter sees to that.
PROVIDERS = {"draw", "provider", "sw_ke"}
# These check, break or hand out what was made.
OTHERS = {"faults", "fresh_records", "objects", "planting", "rules", "views"}
BULK = sorted(
    path
    for pattern in MAKING
    for path in PACKAGE.glob(f"{pattern}.py")
    if not (PROVIDERS | OTHERS) & set(path.relative_to(PACKAGE).with_suffix("").parts)
)

IMPURE_CALLS = re.compile(
    r"^(.*\.)?("
    r"now|utcnow|today|utc_now|time|time_ns|monotonic|perf_counter|localtime|fromtimestamp|"
    r"default_rng|RandomState|seed|uuid1|getrandbits|urandom|token_hex|"
    r"hash_rows|shuffle_rows|sample|"
    r"getpid|gethostname|cpu_count|getcwd|expanduser|listdir"
    r")$"
)
IMPURE_MODULES = {"random", "secrets", "faker", "polyfactory", "socket", "platform", "getpass", "tempfile", "locale"}


def impurities(source: str) -> Iterator[str]:
    """What in a module could make two runs differ."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            yield from (module for module in modules if module.partition(".")[0] in IMPURE_MODULES)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            impure = re.search(r"^hash$|\bpl\.hash$|\b(np|numpy)\.random\b", called) or IMPURE_CALLS.match(called)
            if impure:
                yield called
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Set | ast.SetComp):
            yield f"the order of {ast.unparse(node.iter)}"


@pytest.mark.parametrize("path", BULK, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_pure(path: Path) -> None:
    """No module on the bulk path has what could make two runs differ."""
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "date.today()",
        "time.time()",
        "np.random.default_rng(1)",
        "np.random.normal()",
        "import random",
        "from faker import Faker",
        "hash('x')",
        "pl.hash(x)",
        "frame.sample(3)",
        "utc_now()",
        "for x in {1, 2}: pass",
    ],
)
def test_impurities_are_seen(line: str) -> None:
    """What the test above looks for, it finds."""
    assert list(impurities(line))


def test_one_clock() -> None:
    """The clock is read in one file, for hand-made records."""
    pattern = re.compile(r"\b(datetime\.now|date\.today|utcnow)\(")
    found = {path.name for path in PACKAGE.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))}

    assert found == {"clock.py"}
