"""What goes wrong with object storage is told in a line for people, soon, and without a key."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.storage import storage_of
from demo_data.storage.objects import CHUNK, Objects
from tests.serving import free_port
from tests.storage.endpoint import Endpoint, refusing, served

HOLD = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY hold them"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "waiting"
    path.write_bytes(b"rows")
    return path


def told(objects: Objects, file: Path) -> set[str]:
    """The lines that each way of asking ends with; the file stays, and it does not take long."""
    acts = (
        lambda: objects.put("a/part", file),
        lambda: objects.put_new("a/part", b"rows"),
        lambda: objects.read("a/part"),
        lambda: objects.fetch("a/part", file.with_name("fetched")),
        lambda: list(objects.names("a")),
        lambda: objects.remove(["a/part"]),
    )
    lines, began = set(), time.monotonic()
    for act in acts:
        with pytest.raises(UsageError) as error:
            act()
        (line,) = error.value.messages
        assert "\n" not in line
        assert "TEST" not in line
        lines.add(line.replace("/a/part: ", ": "))
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert time.monotonic() - began < 60
    return lines


def test_no_bucket(s3: Endpoint, file: Path) -> None:
    line = "s3://nobody/demo: there is no bucket 'nobody'; nothing makes one here: make it first"
    assert told(Objects("s3://nobody/demo"), file) == {line}


@pytest.mark.parametrize(
    ("name", "code"),
    [("AWS_SECRET_ACCESS_KEY", "SignatureDoesNotMatch"), ("AWS_ACCESS_KEY_ID", "InvalidAccessKeyId")],
)
def test_wrong_keys(name: str, code: str, s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "TESTWRONG")
    assert told(Objects(s3.url), file) == {f"{s3.url}: the keys are not accepted ({code}): {HOLD}"}


def test_no_server(s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried several times, and not for minutes."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    line = f"{s3.url}: the server does not answer, or the connection was lost; tried several times"
    assert told(Objects(s3.url), file) == {line}


@pytest.mark.parametrize(
    ("status", "code", "line"),
    [
        (403, "AccessDenied", "refused (403 AccessDenied): the keys give no right to do this there"),
        (403, "RequestTimeTooSkewed", "refused, for this machine's clock is wrong (RequestTimeTooSkewed): set it, and"),
        (507, "XMinioStorageFull", "no room is left there (XMinioStorageFull); what is finished stays"),
        (403, "QuotaExceeded", "no room is left there (QuotaExceeded); what is finished stays"),
        (503, "SlowDown", "the server fails with 503 SlowDown; try again later"),
        (
            400,
            "AuthorizationHeaderMalformed",
            "the bucket lies elsewhere (AuthorizationHeaderMalformed): AWS_REGION",
        ),
    ],
)
def test_refused(status: int, code: str, line: str, s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that rclone's server never gives; what the server says of them is not repeated."""
    with refusing(status, code, "TESTKEY is not") as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        (found,) = told(Objects(f"{s3.url}/credentials-connection-quotaexceeded"), file)
    assert found.startswith(f"{s3.url}/credentials-connection-quotaexceeded: {line}")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("AWS_ENDPOINT_URL", "TEST.example.com", "AWS_ENDPOINT_URL is no URL: write it as https://host or http://host"),
        (
            "AWS_ENDPOINT_URL",
            "http://TEST:TESTSECRET@[",
            "AWS_ENDPOINT_URL is no URL: write it as https://host or http",
        ),
        (
            "AWS_SESSION_TOKEN",
            "TESTTOKEN\n",
            "AWS_SESSION_TOKEN holds the end of a line, or another sign that cannot be",
        ),
        ("AWS_ALLOW_HTTP", "", "AWS_ENDPOINT_URL is not encrypted (http://): AWS_ALLOW_HTTP=true allows that"),
    ],
)
def test_settings(name: str, value: str, line: str, s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    (found,) = told(Objects(s3.url), file)
    assert found.startswith(f"{s3.url}: {line}")


@pytest.mark.parametrize(
    ("url", "missing", "line"),
    [
        (
            "az://tea/demo",
            (),
            "no credentials are known: AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY hold",
        ),
        ("az://tea/demo", ("AZURE_STORAGE_ACCOUNT_KEY", "TEST no key"), "the keys are not accepted, for they are none"),
    ],
)
def test_azure(
    url: str, missing: tuple[str, ...], line: str, s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing:
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "somebody")
        monkeypatch.setenv(*missing)
    (found,) = told(Objects(url), file)
    assert found.startswith(f"{url}: {line}")


def test_without_obstore(s3: Endpoint, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == "obstore"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "obstore", None)
    line = f"{s3.url}: object storage needs obstore: pip install 'demo-data[object-storage]'"
    assert told(Objects(s3.url), file) == {line}


def test_server_killed_in_the_midst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file whose server goes while it comes up is told of, and is not there when the server is back."""
    server = tmp_path / "server"
    server.mkdir()
    port = free_port()
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(10 * CHUNK)
    with served(server, "--bwlimit", "10M", port=port) as started:
        endpoint = started.used(tmp_path, monkeypatch)
        objects = storage_of(endpoint.url)
        killer = threading.Timer(1, endpoint.server.kill)
        killer.start()
        with pytest.raises(UsageError, match="the server does not answer, or the connection was lost"):
            objects.put("documents.parquet/0001.parquet", large)
        killer.join()
    assert large.exists()
    with served(server, port=port):
        assert dict(objects.names()) == {}
        objects.put("documents.parquet/0001.parquet", large)
        assert dict(objects.names()) == {"documents.parquet/0001.parquet": 10 * CHUNK}
