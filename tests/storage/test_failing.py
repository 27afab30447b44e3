"""A server that refuses in the midst, or a client that dies: a line, nothing published, and the next run ends it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.dataset.layout import MANIFEST
from demo_data.profile import load_profile
from demo_data.shards.making import make_shard
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.running import called, command, contents, environment
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
    for words in (("build", "minimal", "--out"), ("seal",)):
        code, out, err = called(capsys, *words, s3.url)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "refused (403 AccessDenied)" in err
    assert [request for request, *_ in proxy.passed if request.method == "PUT"] == []


LAST = date(2026, 2, 2)
MOMENTS = {
    "advance": {
        "the recipe": ("GET recipe.json", "no right"),
        "what is carried on": ("GET farmer_performance.parquet", "gone"),
        "a copy": ("COPY regions.parquet", "no room"),
        "a part": ("PUT farmer_performance.parquet", "a wrong clock"),
        "a picture": ("PUT plots/rows.csv", "gone"),
        "the manifest": ("PUT snapshot.json", "no room"),
    },
    "seal": {
        "a receipt": ("GET 0001-of-0001.json", "a wrong clock"),
        "a table": ("GET regions.parquet", "gone"),
        "a picture": ("PUT plots/rows.csv", "no right"),
        "the manifest": ("PUT snapshot.json", "gone"),
    },
}
"""Where the server refuses, and how, by command."""
DEATHS = {
    "advance": ("COPY regions.parquet", "PUT snapshot.json"),
    "seal": ("PUT snapshot.json", "POST tea"),
}
"""What the client is about to ask for as it dies; the last of a seal: that the receipts go."""

Case = tuple[tuple[object, ...], Endpoint, dict[str, str]]


@pytest.fixture(scope="session")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset in one shard."""
    folder = tmp_path_factory.mktemp("data") / "unsealed"
    make_shard(load_profile("minimal", domain=DOMAIN), folder, 1, 1)
    return folder


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "later"
    build(load_profile("minimal", as_of=LAST, domain=DOMAIN), folder, finish=finish)
    return folder


@pytest.fixture
def case(s3: Endpoint, proxy: Between, unsealed: Path, later: Path, minimal_dir: Path) -> Callable[[str], Case]:
    """A command, the place where it makes a dataset, and which one."""

    def of(verb: str) -> Case:
        s3.upload(unsealed if verb == "seal" else minimal_dir)
        if verb == "seal":
            return ("seal", s3.url, "--quiet"), s3, contents(minimal_dir)
        to = replace(s3, prefix=f"{s3.prefix}-later")
        return ("advance", s3.url, "--to", LAST, "--out", to.url, "--quiet"), to, contents(later)

    return of


def asks(request: Request, moment: str) -> bool:
    """Whether a request is the one that a moment names: what is done, and how the object's name ends."""
    method, name = moment.split()
    done = "COPY" if request.copies else request.method
    return done == method and request.path.partition("?")[0].endswith(f"/{name}")


@pytest.mark.parametrize(("verb", "moment"), [(verb, moment) for verb in MOMENTS for moment in MOMENTS[verb]])
def test_refused(
    verb: str,
    moment: str,
    case: Callable[[str], Case],
    s3: Endpoint,
    proxy: Between,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words, to, whole = case(verb)
    before = contents(s3.folder)
    asked, answer = MOMENTS[verb][moment]
    instead, line = ANSWERS[answer]
    proxy.instead = lambda request: instead if asks(request, asked) else None
    code, out, err = called(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err
    assert "TEST" not in err
    assert not (to.folder / MANIFEST).exists()
    assert before.items() <= contents(s3.folder).items()
    assert not list(tmp_path.glob("demo-data-*/*"))

    proxy.instead = lambda _: None
    assert called(capsys, *words) == (0, "", "")
    assert contents(to.folder) == whole


@pytest.mark.parametrize(("verb", "moment"), [(verb, moment) for verb in DEATHS for moment in DEATHS[verb]])
def test_client_dies(
    verb: str, moment: str, case: Callable[[str], Case], proxy: Between, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed between two puts, it leaves no dataset, or all of it."""
    words, to, whole = case(verb)
    process = subprocess.Popen(command(*words), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def dies(request: Request) -> Answer | None:
        if not asks(request, moment):
            return None
        process.kill()
        return Answer(0)

    proxy.instead = dies
    process.wait()
    proxy.instead = lambda _: None
    assert process.returncode == -9
    left = contents(to.folder) if to.folder.exists() else {}
    assert (MANIFEST in left) == moment.startswith("POST")
    assert MANIFEST not in left or whole.items() <= left.items()
    assert called(capsys, *words) == (0, "", "")
    assert contents(to.folder) == whole
