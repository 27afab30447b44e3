"""A dataset at a URL goes on beside itself: the server copies what stays, and little else passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import called, contents
from tests.storage.between import Between
from tests.storage.endpoint import Endpoint

MANY = ("farmers.count=1500", "days=300")
ROWS = 8_000
"""Rows per part: documents lie in files by month then."""
FIRST, LAST = date(2025, 12, 30), date(2026, 1, 2)
READ = "2025-11"
"""The first month of which pictures read anything, as they go on from the first day."""


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A dataset of ten months as of both days, each as one build makes it."""
    folders = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
        for day in (FIRST, LAST):
            folders.append(tmp_path_factory.mktemp("data") / "months")
            settings = load_profile("load-test", as_of=day, changes=MANY, domain=DOMAIN)
            build(settings, folders[-1], json_form=False, finish=finish)
    return folders[0], folders[1]


def test_advanced(
    s3: Endpoint,
    proxy: Between,
    months: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes is what is read, what is sent is what is new; the manifest last. All is as if made at once."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
    old, new = map(contents, months)
    s3.upload(months[0])
    later = replace(s3, prefix=f"{s3.prefix}-later")
    assert called(capsys, "advance", s3.url, "--to", LAST, "--out", later.url, "--quiet") == (0, "", "")

    assert contents(later.folder) == new
    assert contents(s3.folder) == old
    puts = [(request, sent) for request, sent, _ in proxy.passed if request.method == "PUT"]
    copied = {request.path.partition("demo-later/")[2] for request, _ in puts if request.copies}
    assert copied == {path for path, digest in new.items() if digest in old.values()}
    assert [sent for request, sent in puts if request.copies] == [0] * len(copied)
    assert puts[-1][0].path.endswith("/snapshot.json")
    fresh = sum((months[1] / path).stat().st_size for path in new.keys() - copied)
    assert proxy.sent == fresh

    came = {request.path.partition("/demo/")[2] for request, *_ in proxy.passed if request.method == "GET"}
    documents = {path for path in came if path.startswith("documents.parquet/")}
    assert documents
    assert not [path for path in documents if Path(path).name < READ]
    assert not came & {path for path in old if path.startswith("farmers.parquet")}
    size = sum(path.stat().st_size for path in months[0].rglob("*") if path.is_file())
    assert proxy.received < size / 8


@pytest.mark.parametrize("harm", ["gone", "shorter", "damaged"])
def test_not_as_told(
    harm: str,
    s3: Endpoint,
    proxy: Between,
    months: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is seen of an old dataset that is not sound: sizes, and all of what is read whole. Nothing is put then."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
    s3.upload(months[0])
    pattern = "farmer_performance.parquet" if harm == "damaged" else "documents.parquet/*"
    file = min(s3.folder.glob(pattern))
    file = min(file.iterdir()) if file.is_dir() else file
    content = file.read_bytes()
    file.unlink()
    if harm != "gone":
        file.write_bytes(content[:-1] if harm == "shorter" else bytes(len(content)))
    s3.settle()
    code, out, err = called(capsys, "advance", s3.url, "--to", LAST, "--out", f"{s3.url}-later")
    assert (code, out) == (1, "")
    first, last = err.splitlines()
    told = {
        "gone": "missing",
        "shorter": f"{len(content) - 1:,} bytes, where the manifest tells {len(content):,}",
        "damaged": "damaged: its SHA-256 is not the manifest's",
    }
    name = file.relative_to(s3.folder).as_posix()
    assert first.endswith(f"{s3.url}/{name}: {told[harm]}")
    assert last.endswith(f"{s3.url}: not advanced; it is not what its manifest tells")
    assert not [request for request, *_ in proxy.passed if request.method == "PUT"]


@pytest.mark.parametrize("near", [False, True])
def test_another_is_there(
    near: bool,
    s3: Endpoint,
    proxy: Between,
    months: tuple[Path, Path],
    minimal_dir: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where another dataset is finished at the new URL, that is told in a line before anything is made."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
    for made in ("demo_data.advance.go", "demo_data.versions.advance_at_url.go"):
        monkeypatch.delattr(made)
    s3.upload(months[0])
    later = replace(s3, prefix=f"{s3.prefix}-later")
    later.upload(minimal_dir)
    code, out, err = called(capsys, "advance", months[0] if near else s3.url, "--to", LAST, "--out", later.url)

    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert f"{later.url}: another dataset is there already" in line
    assert not [request for request, *_ in proxy.passed if request.method == "PUT"]
