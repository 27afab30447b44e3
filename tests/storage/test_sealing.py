"""A dataset at a URL is sealed without being fetched: what shards tell, small tables and a few columns will do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import called, contents
from tests.storage.between import Between
from tests.storage.endpoint import Endpoint

SHARDS = 2
MANY = ("farmers.count=2200", "days=120")


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of some megabytes, as one build makes it."""
    folder = tmp_path_factory.mktemp("data") / "many"
    build(load_profile("load-test", changes=MANY, domain=DOMAIN), folder, json_form=False, finish=finish)
    return folder


@pytest.fixture
def unsealed(s3: Endpoint, many: Path, proxy: Between) -> Endpoint:
    """The shards of that dataset, at the server; what has passed until now does not count."""
    from demo_data.shards.making import make_shard

    settings = load_profile("load-test", changes=MANY, domain=DOMAIN)
    for shard in range(1, SHARDS + 1):
        make_shard(settings, s3.url, shard, SHARDS, json_form=False)
    proxy.clear()
    return s3


def test_sealed(unsealed: Endpoint, many: Path, proxy: Between, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the dataset, a tenth at most comes: receipts, and three columns of documents. All is as if made at once."""
    size = sum(path.stat().st_size for path in unsealed.folder.rglob("*.parquet"))
    assert called(capsys, "seal", unsealed.url, "--quiet") == (0, "", "")
    assert contents(unsealed.folder) == contents(many)
    assert size > 4_000_000
    assert proxy.received < size / 10
    assert proxy.sent - (many / "certificate.sql").stat().st_size < size / 10


def test_a_shard_again(unsealed: Endpoint, proxy: Between) -> None:
    """A shard that is there already is seen to be so without its documents being fetched."""
    from demo_data.shards.making import make_shard

    size = sum(path.stat().st_size for path in unsealed.folder.rglob("*.parquet"))
    settings = load_profile("load-test", changes=MANY, domain=DOMAIN)
    made = make_shard(settings, unsealed.url, 2, SHARDS, json_form=False)
    assert made.kept == made.parts
    assert proxy.sent == 0
    assert proxy.received < size / 10


@pytest.mark.parametrize("harm", ["shorter", "gone", "no Parquet"])
def test_not_as_told(
    harm: str, unsealed: Endpoint, many: Path, proxy: Between, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is seen without fetching a file: its size, and whether it can be read. The shard is made again then."""
    file = next(unsealed.folder.rglob("documents.parquet"))
    content = file.read_bytes()
    file.unlink()
    if harm != "gone":
        file.write_bytes(content[:-1] if harm == "shorter" else bytes(len(content)))
    unsealed.settle()
    code, out, err = called(capsys, "seal", unsealed.url)
    assert (code, out) == (1, "")
    told = {
        "shorter": ".* bytes, where the receipt tells",
        "gone": "missing",
        "no Parquet": "damaged: not a whole Parquet",
    }
    assert re.search(rf"documents\.parquet \(shard \d\): ([0-9,]+ )?{told[harm]}", err)
    assert not (unsealed.folder / "snapshot.json").exists()
