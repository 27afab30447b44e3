"""What others' libraries read of our tables, in environments of their own, against the JSON form."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from tests.readers import environments
from tests.running import ROOT, run

READING = Path(__file__).with_name("reading.py")
SPARKS = Path(__file__).with_name("sparks.py")

USUAL = {
    "pyarrow": ["pyarrow==14.0.2", "numpy<2"],
    "duckdb": ["duckdb==1.1.3", "pytz"],
    "fastparquet": ["fastparquet==2026.9.0"],
    "pandas": ["pandas==2.0.3", "pyarrow==14.0.2", "numpy<2"],
}
"""Of the last years, as people have them."""
LEAST = {
    "pyarrow": ["pyarrow==10.0.1", "numpy<2"],
    "duckdb": ["duckdb==0.7.1", "pytz"],
    "polars": ["polars==1.10.0"],
    "pandas": ["pandas==1.5.3", "pyarrow==10.0.1", "numpy<2"],
    "fastparquet": ["fastparquet==2023.1.0", "pandas<2", "numpy<2"],
    "pyspark": ["pyspark==3.4.4"],
}
"""The versions that docs/datasets.md names."""
SPARK = ["pyspark==4.3.0"]

needs_java = pytest.mark.skipif(not shutil.which("java"), reason="there is no java, which Spark runs on")


def reads(library: str, packages: list[str], dataset: Path, cwd: Path) -> None:
    done = environments.run(packages, READING, library, dataset, cwd=cwd)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert f"{library} {packages[0].partition('==')[2]}: 0 differences" in done.stdout


@pytest.fixture(scope="session")
def parted_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose documents and performance have two parts, of several pages; and its JSON form."""
    out = tmp_path_factory.mktemp("data") / "parted"
    build(load_profile("load-test", changes=["farmers.count=2100"]), out)
    return out


@pytest.fixture(scope="session")
def crowded_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collection points alone, whose farmers' ids fill more than a megabyte."""
    out = tmp_path_factory.mktemp("data") / "crowded"
    build(load_profile("load-test", changes=["farmers.count=150000"]), out, tables=["collection_points"])
    return out


@pytest.mark.sample(1)
@pytest.mark.parametrize("library", USUAL)
def test_reads_every_table(library: str, demo_dir: Path, tmp_path: Path) -> None:
    """Libraries of some years ago read the same values as the JSON form has."""
    reads(library, USUAL[library], demo_dir, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("library", [name for name in LEAST if name != "pyspark"])
def test_least_versions(library: str, demo_dir: Path, tmp_path: Path) -> None:
    """The least versions of docs/datasets.md read every table."""
    reads(library, LEAST[library], demo_dir, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("dataset", ["parted_dir", "crowded_dir"])
@pytest.mark.parametrize("library", USUAL)
def test_reads_much(library: str, dataset: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """So they do where tables have parts, columns pages, and dictionaries no end."""
    reads(library, USUAL[library], request.getfixturevalue(dataset), tmp_path)


@needs_java
@pytest.mark.soak
@pytest.mark.parametrize("packages", [LEAST["pyspark"], SPARK], ids=["least", "usual"])
def test_spark(packages: list[str], demo_dir: Path, tmp_path: Path) -> None:
    """Spark reads every table, the least version of docs/datasets.md too."""
    reads("pyspark", packages, demo_dir, tmp_path)


@needs_java
@pytest.mark.soak
@pytest.mark.parametrize("kind", ["INT96", "TIMESTAMP_MICROS"])
def test_round_trip_through_spark(kind: str, demo_dir: Path, tmp_path: Path) -> None:
    """What Spark has read and written again is valid, however it writes moments."""
    out = tmp_path / "spark"
    done = environments.run(SPARK, SPARKS, demo_dir, out, kind, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = next((out / "farmers.parquet").glob("*.parquet"))
    assert ("INT96" in str(pq.ParquetFile(written).schema).upper()) == (kind == "INT96")
    shutil.copy(demo_dir / "recipe.json", out)

    checked = run(["validate", out])
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_oracle_sees(demo_dir: Path, tmp_path: Path) -> None:
    """A value that is read otherwise is told, whether a scalar, a moment or one in a list."""
    shutil.copytree(demo_dir / "json", tmp_path / "json")
    for path in demo_dir.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    for table, pattern in {
        "collection_points": '(?<="farmer_ids":\\[")',
        "farmers": '(?<="registration_date":")20',
    }.items():
        path = tmp_path / "json" / f"{table}.json"
        path.write_text(re.sub(pattern, "19", path.read_text("utf-8"), count=1), "utf-8")

    done = environments.run(USUAL["pyarrow"], READING, "pyarrow", tmp_path, cwd=tmp_path)

    assert done.returncode == 1
    assert re.findall(r"(\S+)\[\d+\] (\w+):", done.stdout) == [
        ("collection_points.parquet", "farmer_ids"),
        ("farmers.parquet", "registration_date"),
    ]


def test_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where packages cannot be had, the test fails and says which, and why."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(pytest.fail.Exception, match=r"needs the network.*no-such-package-of-ours==1"):
        environments.run(["no-such-package-of-ours==1"], READING, cwd=tmp_path)


def test_page_names_the_least_versions() -> None:
    """The versions that the page names are those that are tried."""
    text = (ROOT / "docs" / "datasets.md").read_text("utf-8")
    said = dict(
        re.findall(r"^\| (\w+) \| ([\d.]+) \|", text.partition("reader | least version")[2], flags=re.MULTILINE)
    )

    assert said == {library: packages[0].partition("==")[2] for library, packages in LEAST.items()}
