"""What it costs to open a snapshot, to verify a large one, and to have the pytest plugin loaded.

Each figure is of processes of their own. Opening is measured beside `import polars` alone, the plugin beside a run of
pytest without it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.validate import measured
from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.versions.write import finish

ROUNDS = 15
LARGE_ROUNDS = 3


def run() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        demo = Path(folder) / "data" / "demo"
        build(load_profile("demo"), demo, finish=finish)
        _tagged(Path(folder))
        _opening(demo)
        _plugin(Path(folder))
    print("load-test with its JSON form: generating and verifying it (median of 3)")
    with TemporaryDirectory() as folder:
        made, verified, deep = [], [], []
        for number in range(LARGE_ROUNDS):
            out = str(Path(folder) / "out")
            made.append(measured("build", "load-test", "--quiet", "--out", out))
            verified.append(measured("snapshot", "verify", out, "--quiet"))
            if number == 0:
                deep.append(measured("snapshot", "verify", out, "--quiet", "--deep"))
    for name, found in (("generate", made), ("verify", verified), ("verify --deep", deep)):
        seconds, megabytes = (median(values) for values in zip(*found, strict=True))
        print(f"  {name:16}{seconds:>7.2f} CPU-s{megabytes:>9,.0f} MB")


def _opening(demo: Path) -> None:
    """A local `demo`: opened by its directory, and by its pin with the data in place."""
    print(f"demo, beyond `import polars` (processes of their own, median of {ROUNDS})")
    opened = "from demo_data import open_snapshot; demo = open_snapshot({name!r}{rest}); demo.farmers"
    repository = str(demo.parents[1])
    ways = {
        "by its directory": opened.format(name=str(demo), rest=""),
        "by its pin": opened.format(name="demo@v1.0.0", rest=f", repo={repository!r}"),
        "and models('farmers')": opened.format(name=str(demo), rest="") + "; demo.models('farmers')",
    }
    plain, *costs = _costs("import polars", *ways.values())
    for what, cost in zip(ways, costs, strict=True):
        wall, cpu = (1000 * (more - less) for more, less in zip(cost, plain, strict=True))
        print(f"  {what:24}{wall:>7.0f} ms wall{cpu:>7.0f} ms CPU")


def _tagged(root: Path) -> None:
    """Make `root` a repository with the tag demo@v1.0.0, whose data lies in data/demo."""
    git = ("git", "-C", str(root), "-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    for command in (
        ("init", "--quiet"),
        ("add", "data/demo/snapshot.json"),
        ("commit", "--quiet", "-m", "Data"),
        ("tag", "-a", "-m", "First", "demo@v1.0.0"),
    ):
        subprocess.run([*git, *command], check=True)


def _plugin(folder: Path) -> None:
    """A run of pytest with one empty test, with the plugin and without."""
    (folder / "test_nothing.py").write_text("def test_nothing(): pass\n")
    pytest = f"import sys, pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {{plugin}}{str(folder)!r}]))"
    without, with_it = _costs(*(pytest.format(plugin=each) for each in ("", "'-p', 'demo_data.testing', ")))
    wall, cpu = (1000 * (more - less) for more, less in zip(with_it, without, strict=True))
    print(f"the pytest plugin where it is unused: {wall:.0f} ms wall, {cpu:.0f} ms CPU (median of {ROUNDS})")


def _costs(*scripts: str) -> list[tuple[float, float]]:
    """Wall and CPU seconds of fresh Pythons that run each script, in turns: the medians."""
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    found: dict[str, list[tuple[float, float]]] = {script: [] for script in scripts}
    for _ in range(ROUNDS):
        for script, costs in found.items():
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run([sys.executable, "-c", script], env=env, check=True, stdout=subprocess.DEVNULL)
            wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            costs.append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return [(median(wall for wall, _ in costs), median(cpu for _, cpu in costs)) for costs in found.values()]
