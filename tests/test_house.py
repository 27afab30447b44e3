"""The house's rules: floors, a pure bulk path, a wheel that is whole, and no trace of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT

BIN = Path(sys.executable).parent
# These draw single values from a generator, as Faker does: no cell is made of them, and import-linter sees to that.
PROVIDERS = {ROOT / "pipeline" / "kenya" / name for name in ("draw.py", "provider.py")} | set(
    (ROOT / "pipeline" / "kenya" / "sw_ke").glob("*.py")
)
OTHERS = PROVIDERS | {ROOT / "pipeline" / name for name in ("spec/clock.py", "publish/text.py")}
BULK = sorted(
    path
    for place in ("engine", "entities", "spec", "kenya", "publish")
    for path in (ROOT / "pipeline" / place).rglob("*.py")
    if path not in OTHERS
) + [ROOT / "pipeline" / name for name in ("build.py", "content.py", "store.py", "snapshot/manifest.py", "profile.py")]


def test_floors() -> None:
    """Arrows point down only: the contracts of import-linter hold."""
    done = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [4-9] kept, 0 broken", done.stdout)


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


@pytest.mark.parametrize("path", BULK, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pure(path: Path) -> None:
    """On the bulk path nothing asks the clock, a random generator, a hash seed, or the machine."""
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
    pattern = re.compile(r"\b(now|today|utcnow)\(")
    found = [path for path in (ROOT / "pipeline").rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    own = {path.name for path in found if "datetime.now(" in path.read_text() or "date.today(" in path.read_text()}

    assert own == {"clock.py"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=True)
    (made,) = place.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        return set(archive.namelist())


def tracked(*under: str) -> list[str]:
    """The repository's files, new ones too."""
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *under]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def test_wheel(wheel: set[str]) -> None:
    """The wheel holds all of the package: modules, facts, profiles, reference data and the mark of its types."""
    expected = set(tracked("pipeline"))
    reference = {
        name.replace("pipeline/demo_data/tea/reference/", "pipeline/reference/")
        for name in tracked("pipeline/demo_data/tea/reference")
    }
    expected |= reference | {"pipeline/requirements.lock", "pipeline/demo_data/testing.py"}

    assert {name for name in wheel if ".dist-info/" not in name} == expected | reference | {
        "pipeline/requirements.lock"
    }
    assert "pipeline/py.typed" in wheel
    assert {
        f"pipeline/demo_data/tea/profiles/{name}.yaml" for name in ("minimal", "demo", "demo-large", "load-test")
    } <= wheel
    assert (
        len([name for name in wheel if name.startswith("pipeline/demo_data/tea/kenya/") and name.endswith(".csv")]) >= 5
    )
    assert "pipeline/reference/grading_models.json" in wheel


def test_wheel_works(tmp_path: Path, minimal_dir: Path) -> None:
    """The wheel, unpacked anywhere, builds the same dataset as the checkout."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=True)
    (made,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import demo_data.cli;"
        "assert 'site' in demo_data.cli.__file__; sys.exit(demo_data.cli.main())"
    )
    arguments = [tmp_path / "site", "build", "minimal", "--quiet", "--out", tmp_path / "set"]
    subprocess.run([sys.executable, "-c", script, *map(str, arguments)], cwd=tmp_path, check=True)

    assert (tmp_path / "set" / "snapshot.json").read_bytes() == (minimal_dir / "snapshot.json").read_bytes()


TEXT = (".py", ".toml", ".yaml", ".yml", ".md", ".lock", ".json", ".csv", ".cfg", ".sh", ".ipynb", ".txt", "Makefile")
REGISTRIES = re.compile(r"py[p]i\.|python[h]osted|artifact[o]ry|/simpl[e]/|index-ur[l]\s*=")
MACHINE = re.compile(r"(?<![\w.])/(?:[r]oot|[h]ome|[U]sers|[w]ork)/\w|[A-Z]:\\\\Users")


@pytest.mark.parametrize("rule", ["registry", "machine"])
def test_no_trace_of_a_machine(rule: str) -> None:
    """No file names the host of a package registry, or an absolute path of somebody's machine."""
    pattern = {"registry": REGISTRIES, "machine": MACHINE}[rule]
    found = [
        f"{name}: {match.group()}"
        for name in tracked()
        if name.endswith(TEXT)
        for match in pattern.finditer((ROOT / name).read_text(encoding="utf-8"))
    ]

    assert found == []


def test_lock_has_hashes() -> None:
    """Every locked package is pinned to a version and carries hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())

    assert len(packages) > 50
    for package in packages:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==", package), package[:60]
        assert "--hash=sha256:" in package, package[:60]
