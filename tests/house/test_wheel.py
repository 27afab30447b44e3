"""The wheel is whole: what the package needs lies in it, and works from anywhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.running import ROOT, tracked


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=True)
    (made,) = place.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(place / "site")
    return place / "site"


def test_wheel(site: Path) -> None:
    """It holds all of the package, with facts, profiles, reference data and the mark of its types, and nothing else."""
    package = {name.removeprefix("pipeline/") for name in tracked("pipeline/demo_data")}
    found = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}

    assert {name for name in found if ".dist-info/" not in name} == package | {"demo_data/requirements.lock"}
    for needed in ("demo_data/py.typed", "demo_data/tea/profiles/demo.yaml", "demo_data/tea/reference/*.json"):
        assert list(site.glob(needed)), needed
    assert len(list((site / "demo_data" / "tea" / "kenya").glob("*.csv"))) >= 5


def test_wheel_works(site: Path, tmp_path: Path, minimal_dir: Path) -> None:
    """From anywhere it builds the same dataset as the checkout."""
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import demo_data.cli;"
        "assert 'site' in demo_data.cli.__file__; sys.exit(demo_data.cli.main())"
    )
    arguments = [site, "build", "minimal", "--quiet", "--out", tmp_path / "set"]
    subprocess.run([sys.executable, "-c", script, *map(str, arguments)], cwd=tmp_path, check=True)

    assert (tmp_path / "set" / "snapshot.json").read_bytes() == (minimal_dir / "snapshot.json").read_bytes()
