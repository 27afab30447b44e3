"""Workers of a cluster put the parts of a dataset at a URL themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo_data.storage.objects import Objects
from tests.cluster.running import cluster
from tests.running import called, contents
from tests.storage.endpoint import Endpoint


def test_on_a_cluster(
    s3: Endpoint,
    minimal_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same bytes; this process, whose directories need not be theirs, puts none of the parts."""
    names: list[str] = []
    put = Objects.put

    def noted(self: Objects, name: str, file: Path) -> None:
        names.append(name)
        put(self, name, file)

    monkeypatch.setattr(Objects, "put", noted)
    with cluster(tmp_path / "dask", 1) as running:
        code, _, err = called(capsys, "build", "minimal", "--dask", running.address, "--out", s3.url)

    assert (code, err) == (0, "")
    assert contents(s3.folder) == contents(minimal_dir)
    assert names
    assert not [name for name in names if name.endswith(".parquet")]
