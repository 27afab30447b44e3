"""`demo-data load` and its URI: servers that it cannot reach, and errors that keep secrets."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent, _Listeners

from demo_data.export.mongodb import load
from demo_data.export.mongodb.server import masked
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import DOCUMENTS
from tests.running import called, run
from tests.serving import free_port

CAPSYS = pytest.CaptureFixture[str]


SECRET = "s3cr3t/p@ss"
QUOTED = "s3cr3t%2Fp%40ss"


def silent() -> socket.socket:
    """A socket that takes connections and never says a word."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


def refused(seed: Path, uri: str, capsys: CAPSYS) -> str:
    """The line on standard error that tells why a load fails with exit code 2, within five seconds; no password."""
    began = time.monotonic()
    code, out, err = called(capsys, "load", seed, "--uri", uri)
    assert time.monotonic() - began < 5
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not any(secret in err for secret in (SECRET, QUOTED, "s3cr3t", "p@ss", "p%40ss"))
    return err


def test_nobody_listens(seed: Path) -> None:
    """A closed port: host and reason in one line of a real process, no password and no traceback."""
    port = free_port()
    done = run(["load", seed, "--uri", f"mongodb://user:{QUOTED}@127.0.0.1:{port}/"])

    assert done.stderr == f"demo-data: 127.0.0.1:{port}: cannot be reached: Connection refused\n"
    assert (done.returncode, done.stdout) == (2, "")


def test_nobody_answers(seed: Path, capsys: CAPSYS) -> None:
    """A server that takes the connection and says nothing is given up within five seconds."""
    with silent() as listening:
        port = listening.getsockname()[1]
        err = refused(seed, f"mongodb://user:{QUOTED}@127.0.0.1:{port}/", capsys)

    assert err.startswith(f"demo-data: 127.0.0.1:{port}: cannot be reached: ")


@pytest.mark.sample(1)
@pytest.mark.parametrize("option", ["tls=true", "ssl=true", "tls=true&tlsInsecure=true"])
def test_no_tls(option: str, seed: Path, uri: str, capsys: CAPSYS) -> None:
    """A server that does not speak TLS, where the URI asks for it: told so within five seconds."""
    err = refused(seed, f"{uri}/?{option}", capsys)

    assert "cannot be reached: it does not answer in TLS, which the URI asks for (" in err


def test_no_such_host(seed: Path, capsys: CAPSYS) -> None:
    """A name that nobody knows is told by name."""
    err = refused(seed, f"mongodb://user:{QUOTED}@nowhere.invalid:27017/", capsys)

    assert err.startswith("demo-data: nowhere.invalid:27017: cannot be reached: ")


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://user:{SECRET}@127.0.0.1/",
        "mongodb://user:s3cr3t",
        "mongodb://user:s3cr3t@",
        f"mongodb://user:{QUOTED}@127.0.0.1:99999/",
        f"mongodb://user:{QUOTED}@127.0.0.1/?authMechanism=s3cr3t",
        "mongodb://127.0.0.1/?authMechanism=s3cr3t",
        "mongodb://127.0.0.1/?s3cr3t=1",
        "mongodb://127.0.0.1/?token=s3cr3t",
        "mongodb://127.0.0.1/?s3cr3t",
        "mongodb://127.0.0.1/?s3cr3t=1&s3cr3t=2",
        "mongodb://127.0.0.1/?authSource=a&authSource=b",
        "mongodb://127.0.0.1/?tls=true&TLS=false",
        "mongodb://127.0.0.1/?w=1&w=0",
        "mongodb://127.0.0.1/?tls=perhaps",
        "mongodb://127.0.0.1/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:s3cr3t,x",
        "mongodb://user:p ass@s3cr3t@127.0.0.1/",
        "mongodb://127.0.0.1/?tls=true&tlsCertificateKeyFile=/none&tlsCertificateKeyFilePassword=s3cr3t",
        f"user:{QUOTED}@127.0.0.1",
        "postgres://user:s3cr3t@127.0.0.1/x",
        f"mongodb+srv://user:{QUOTED}@nowhere.invalid/",
    ],
)
def test_uris_that_cannot_be_read(uri: str, seed: Path, capsys: CAPSYS) -> None:
    """A URI that is none: told so in a line, and nothing of it that may be a password."""
    assert refused(seed, uri, capsys).startswith("demo-data: ")


def test_uri_in_the_wrong_place(seed: Path) -> None:
    """A URI without its option is not repeated with its password."""
    done = run(["load", seed, f"mongodb://user:{QUOTED}@127.0.0.1/"])

    assert done.returncode == 2
    assert "unrecognized arguments: mongodb://***@127.0.0.1/" in done.stderr
    assert "s3cr3t" not in done.stderr


def test_wrong_password(seed: Path, uri: str, capsys: CAPSYS) -> None:
    """A server that refuses user and password is told with its reason, without the password."""
    err = refused(seed, uri.replace("mongodb://", f"mongodb://user:{QUOTED}@", 1) + "/?authSource=admin", capsys)

    assert re.match(r"demo-data: 127\.0\.0\.1:\d+: user or password is wrong: ", err)


@pytest.mark.parametrize("password", ["s3cr3t%0Ap%40ss", "%00s3cr3t", "s3cr3t%C2%AD%E2%80%8F", "s3cr3t%EF%BF%BE"])
def test_password_that_cannot_be_one(password: str, seed: Path, uri: str, capsys: CAPSYS) -> None:
    """What the driver finds out only when it logs in is told in a line, too."""
    err = refused(seed, uri.replace("mongodb://", f"mongodb://user:{password}@", 1), capsys)

    assert re.match(
        r"demo-data: 127\.0\.0\.1:\d+: (cannot log in with the user and password of the URI|user or p)", err
    )


OTHERWISE = [
    "w=0",
    "w=0&journal=false",
    "w=7&wtimeoutMS=1",
    "journal=false",
    "readPreference=secondary",
    "readPreference=nearest&readPreferenceTags=dc:ny&readPreferenceTags=&maxStalenessSeconds=90",
    "maxStalenessSeconds=1",
    "readConcernLevel=linearizable",
    "retryWrites=false&retryReads=false",
    "timeoutMS=1",
    "socketTimeoutMS=1",
    "maxPoolSize=1&waitQueueTimeoutMS=1",
    "compressors=snappy,zlib",
    "directConnection=true",
    "uuidRepresentation=csharpLegacy&tz_aware=true",
    "appName=mine",
]


@pytest.mark.sample(8)
@pytest.mark.parametrize("options", OTHERWISE)
@pytest.mark.parametrize("server", ["there", "replica"])
def test_uris_that_say_otherwise(
    options: str, server: str, seed: Path, request: pytest.FixtureRequest, as_if_checked: None
) -> None:
    """What a URI says of reading, waiting and acknowledging does not count: each write is acknowledged, and read."""
    found: Databases = request.getfixturevalue(server)
    concerns: list[object] = []

    class Watch(CommandListener):
        def started(self, event: CommandStartedEvent) -> None:
            if event.command_name in ("insert", "update", "delete", "create", "createIndexes", "renameCollection"):
                concerns.append("lsid" in event.command and event.command.get("writeConcern", {}).get("w", "none"))
            assert event.command.get("$readPreference", {"mode": "primary"})["mode"] in ("primary", "primaryPreferred")

        def succeeded(self, event: object) -> None: ...
        def failed(self, event: object) -> None: ...

    watch = Watch()
    with patch("pymongo.monitoring._LISTENERS", _Listeners([watch], [], [], [], [])):
        dry = load(seed, f"{found.uri}/?{options}", suffix=found.suffix, dry_run=True)
        real = load(seed, f"{found.uri}/?{options}", suffix=found.suffix)

    assert [one.inserted for one in dry.collections] == [one.inserted for one in real.collections]
    assert len(found.documents("collection.quality_documents")) == DOCUMENTS
    assert set(concerns) <= {"majority", "none"}
    assert "majority" in concerns


def test_secondary(seed: Path, uri: str, capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not the primary is refused before anything is compared, and the primary is named."""
    from pymongo.synchronous.database import Database

    command: Any = Database.command

    def said(self: object, name: str, *arguments: object, **more: object) -> object:
        answer = command(self, name, *arguments, **more)
        return answer | {"isWritablePrimary": False, "primary": "db1:27017"} if name == "hello" else answer

    monkeypatch.setattr(Database, "command", said)
    err = refused(seed, f"{uri}/?directConnection=true&readPreference=secondary", capsys)

    assert "is not the primary and takes no writes: name the primary, which is db1:27017, or the replica set" in err


ALL = [SECRET, QUOTED, QUOTED.lower(), f"mongodb://user:{QUOTED}@there/", "key-word", repr("tok\nen"), "tok%0aen"]


@pytest.mark.parametrize("said", ALL)
def test_errors_keep_secrets(said: str) -> None:
    """Whatever a server says in an error, passwords are taken out of it, as they stand in the URI and decoded."""
    properties = "authMechanismProperties=A:B,AWS_SESSION_TOKEN:tok%0Aen"
    uri = f"mongodb://user:{QUOTED}@there/?tlsCertificateKeyFilePassword=key-word&{properties}"
    found = masked(uri)(f"bad {said}!")

    assert "***" in found
    assert not any(part in found for part in ("s3cr3t", "p@ss", "p%40ss", "key-word", "tok"))


@pytest.mark.parametrize("option", ["foo", "autoEncryptionOpts", "proxyUsername", "username"])
def test_options_that_nobody_knows(option: str) -> None:
    """Of options that are not known to be harmless, the values are hidden; of the others they are shown."""
    hide = masked(f"mongodb://there/?{option}=plain%2Fvalue&replicaSet=rs-zero&w=majority")

    assert hide("bad plain%2Fvalue, plain/value in rs-zero of majority") == "bad ***, *** in rs-zero of majority"
