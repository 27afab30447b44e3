"""A server that refuses in the midst of a build or a seal: a line, nothing published, and the next run ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import called, contents
from tests.storage.between import Answer, Between, Request
from tests.storage.endpoint import Endpoint

ANSWERS = {
    "no right": (Answer(403, "AccessDenied"), "refused (403 AccessDenied): the keys give no right to do this there"),
    "no room": (Answer(507, "XMinioStorageFull"), "no room is left there (XMinioStorageFull); what is finished stays"),
    "a wrong clock": (Answer(403, "RequestTimeTooSkewed"), "this machine's clock is wrong (RequestTimeTooSkewed)"),
    "gone": (Answer(0), "the server does not answer, or the connection was lost; tried several times"),
}
PLACES = {"a part": "PUT farmers.parquet", "a picture": "PUT plots/rows.csv", "the manifest": "PUT snapshot.json"}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("place", PLACES)
def test_put(
    answer: str,
    place: str,
    s3: Endpoint,
    proxy: Between,
    minimal_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    method, name = PLACES[place].split()
    instead, line = ANSWERS[answer]

    def refused(request: Request) -> Answer | None:
        return instead if request.method == method and request.path.endswith(f"/{name}") else None

    proxy.instead = refused
    code, out, err = called(capsys, "build", "minimal", "--out", s3.url)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err
    assert "TEST" not in err
    assert not (s3.folder / "snapshot.json").exists()

    proxy.instead = lambda _: None
    proxy.clear()
    assert called(capsys, "build", "minimal", "--out", s3.url, "--quiet") == (0, "", "")
    assert contents(s3.folder) == contents(minimal_dir)
    again = [request.path for request, *_ in proxy.passed if request.method == "PUT" and ".parquet" in request.path]
    assert bool(again) == (place == "a part")


def test_listing(s3: Endpoint, proxy: Between, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the right to list, nothing is put."""
    proxy.instead = lambda request: Answer(403, "AccessDenied") if request.is_listing else None
    for command in (("build", "minimal", "--out"), ("seal",)):
        code, out, err = called(capsys, *command, s3.url)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "refused (403 AccessDenied)" in err
    assert [request for request, *_ in proxy.passed if request.method == "PUT"] == []
