"""What the stages cost beside the bare minimum: `dvc repro` with our commands, and with commands that only import.

Both run in copies of this checkout with the same profiles; the second has every command replaced by one that imports
polars, pyarrow and pydantic and touches the stage's outs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
_IDLE = """import pathlib, sys
import polars, pyarrow, pydantic
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pathlib.Path("recipe.txt").read_text() if name.endswith("recipe.json") else name)
"""


def run() -> None:
    print("`dvc repro` of the default profiles, wall seconds (median of 3, in turn)")
    with TemporaryDirectory() as folder:
        ours, idle = Path(folder) / "ours", Path(folder) / "idle"
        _copy(ours)
        shutil.copytree(ours, idle)
        _idle(idle)
        times: dict[str, list[float]] = {"ours": [], "idle": [], "again": [], "idle again": []}
        for _ in range(3):
            times["ours"].append(_repro(ours, "--force"))
            times["again"].append(_repro(ours))
            times["idle"].append(_repro(idle, "--force"))
            times["idle again"].append(_repro(idle))
    middle = {name: sorted(found)[1] for name, found in times.items()}
    print(f"  our stages                   {middle['ours']:6.1f}")
    print(f"  stages that only import      {middle['idle']:6.1f}   ratio {middle['ours'] / middle['idle']:.2f}")
    again, idle_again = middle["again"], middle["idle again"]
    print(f"  again, nothing to do         {again:6.1f}")
    print(f"  the same of those that only import {idle_again:.1f}   ratio {again / idle_again:.2f}")


def _copy(target: Path) -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    subprocess.run(["git", "init", "-q"], cwd=target, check=True)


def _idle(folder: Path) -> None:
    """Replace every command by one that imports and touches the outs."""
    import yaml

    (folder / "idle.py").write_text(_IDLE)
    recipe = ROOT / "data" / "demo" / "recipe.json"
    (folder / "recipe.txt").write_text(recipe.read_text())
    text = (folder / "dvc.yaml").read_text()
    for stage in yaml.safe_load(text)["stages"].values():
        outs = [out if isinstance(out, str) else next(iter(out)) for out in (*stage["outs"], *stage.get("metrics", []))]
        text = text.replace(f"cmd: {stage['cmd']}\n", f"cmd: {sys.executable} idle.py {' '.join(outs)}\n")
    (folder / "dvc.yaml").write_text(re.sub(r"(?s)\nplots:.*", "\n", text))


def _repro(folder: Path, *options: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "dvc", "repro", *options]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return time.perf_counter() - began
