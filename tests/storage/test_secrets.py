"""No secret of the environment comes out: not in what is said, however it fails, and not in what is written."""

from __future__ import annotations

import base64
import pickle
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import obstore
import pytest
from obstore.exceptions import GenericError

from demo_data.cli import main
from demo_data.common.errors import UsageError
from demo_data.storage.objects import Objects
from tests.storage.between import Answer, Between
from tests.storage.endpoint import Endpoint
from tests.storage.test_strict import LAST

ACCESS = base64.b64encode(b"TESTSECRET of an account").decode()
SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "TESTSECRET",
    "AWS_SESSION_TOKEN": "TESTTOKEN/of+a=session",
    "AZURE_STORAGE_ACCOUNT_KEY": ACCESS,
    "AZURE_STORAGE_SAS_TOKEN": "sv=2026-02-06&sp=rwdl&sig=TESTSIGNATURE%2Fof%3D",
}
FORMS = (ACCESS, quote(ACCESS, safe=""), "TESTSECRET", "TESTTOKEN", "TESTSIGNATURE")
VERBS = (("show",), ("build", "minimal", "--out"), ("seal",), ("advance", "--to", LAST, "--out", "{}-on"))


@pytest.fixture(autouse=True)
def known(s3: Endpoint, proxy: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment holds; where an error comes from is shown."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "somebody")
    monkeypatch.setenv("AZURE_ENDPOINT", proxy.address)
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    monkeypatch.setenv("DEMO_DATA_TRACEBACK", "1")


def said(capfd: pytest.CaptureFixture[str], url: str, verb: tuple[object, ...]) -> tuple[int, str]:
    """A command's exit code, and all that the process writes meanwhile, libraries of other languages too."""
    capfd.readouterr()
    code = main([str(word).replace("{}", url) for word in (*verb, url)])
    return code, "".join(capfd.readouterr())


def held(text: str | bytes) -> list[str]:
    """The secrets that a text holds."""
    content = text.encode() if isinstance(text, str) else text
    return [form for form in FORMS if form.encode() in content]


def test_what_comes_about(s3: Endpoint, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Shards, receipts, manifests, the cache; what workers are sent."""
    later = f"{s3.url}-on"
    for verb in (
        ("build", "minimal", "--shard", "1/2", "--out"),
        ("build", "minimal", "--shard", "2/2", "--out"),
        ("seal", "--orphans"),
        ("seal",),
        ("advance", "--to", LAST, "--out", later),
        ("validate",),
        ("show",),
        ("snapshot", "diff", later),
    ):
        if verb == ("seal",):
            receipts = {path: path.read_bytes() for path in s3.folder.rglob("receipts/*")}
            assert len(receipts) == 5
            assert not [path for path, content in receipts.items() if held(content)]
        code, text = said(capfd, s3.url, verb)
        assert code == 0, text
        assert held(text) == []
    files = [path for top in (s3.folder.parent, tmp_path) for path in top.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert not [path for path in files if held(path.read_bytes())]
    objects = Objects(s3.url)
    assert [*objects.names()]
    assert held(pickle.dumps(objects)) == held(repr(objects.__dict__)) == []


@pytest.mark.parametrize("way", ["S3", "account key", "signed query"])
def test_what_a_server_repeats(
    way: str, s3: Endpoint, proxy: Between, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers with all that it was asked with, in whatever kind of error."""
    if way != "S3":
        monkeypatch.delenv("AZURE_STORAGE_" + ("ACCOUNT_KEY" if way == "signed query" else "SAS_TOKEN"))
    url = s3.url if way == "S3" else s3.url.replace("s3://", "az://")
    for answer in (Answer(403, "AccessDenied"), Answer(400, "Odd"), Answer(404, "NoSuchKey"), Answer(501, "TestTest")):
        proxy.instead = lambda _, answer=answer: answer  # type: ignore[misc]
        for verb in VERBS:
            code, text = said(capfd, url, verb)
            assert (code, text.count("\n"), held(text)) == (2, 1, []), text


@pytest.mark.parametrize("kind", [GenericError, RuntimeError, BaseException])
def test_what_a_library_tells(
    kind: type[BaseException], s3: Endpoint, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors that hold secrets, those that nobody foresaw too, and where they came from."""

    def fails(*_given: Any, **_named: Any) -> None:
        raise kind(f"asked by {SECRETS}")

    for name in ("get", "list", "put"):
        monkeypatch.setattr(obstore, name, fails)
    for verb in VERBS:
        code, text = said(capfd, s3.url, verb)
        assert (code, held(text)) == (2, [])
        assert ("Traceback" in text) == (kind is not GenericError)


def test_who_calls_from_python(s3: Endpoint, proxy: Between) -> None:
    """A traceback has no error of the library's behind the one that is told."""
    proxy.instead = lambda _: Answer(403, "AccessDenied")
    with pytest.raises(UsageError) as told:
        Objects(s3.url).read("snapshot.json")
    assert held("".join(traceback.format_exception(told.value))) == []
