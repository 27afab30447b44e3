"""What importing and running the checks loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from demo_data.tea import DOMAIN


def _loaded(code: str, *modules: str) -> list[str]:
    check = f"import sys\n{code}\nprint([name for name in {modules!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    found: list[str] = eval(done.stdout)
    return found


def test_importing_the_checks_is_cheap() -> None:
    """Libraries are loaded when something is validated, not before."""
    heavy = ("polars", "pyarrow", "pydantic", "numpy")
    assert _loaded("import demo_data.validation", *heavy) == []


def test_validating_loads_no_maker(demo_dir: Path) -> None:
    """Neither the engine nor the build, nor a library that only slows the start."""
    code = f"from demo_data.validation import validate\nvalidate({str(demo_dir)!r})"
    makers = [f"demo_data.{name}" for name in ("engine", "recipes", "build", "profile", "dataset.store")]
    makers += [f"demo_data.tea.{folder}.recipe" for folder in DOMAIN.tables.values()]
    slow = ("pandas", "pyarrow.dataset", "faker", "polyfactory")
    assert _loaded(code, *makers, *slow) == []
