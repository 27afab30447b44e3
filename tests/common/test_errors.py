from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from demo_data.common.errors import environment_secrets, masking, redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host/x: refused", "https://***@host/x: refused"),
        ("'https://user:p@ss@host/x'", "'https://***@host/x'"),
        ("http://user:p/ss@host", "http://***@host"),
        ("git+https//u:pw@host", "git+https//***@host"),
        ("https:/token@host/x: no such directory", "https:/***@host/x: no such directory"),
        ("C:/data/demo@v1.0.0 and data:x/y@z", "C:/data/demo@v1.0.0 and data:x/y@z"),
        ("two: ssh://a:b@c and s3://d:e@f", "two: ssh://***@c and s3://***@f"),
        ("fetch demo@v1.0.0 --repo https://host/x", "fetch demo@v1.0.0 --repo https://host/x"),
    ],
)
def test_no_password_is_shown(text: str, shown: str) -> None:
    """User and password of any URL are masked, odd letters in them included; nothing else is."""
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://host/x?token=abc&ref=main: refused", "https://host/x?token=***&ref=main: refused"),
        ("'https://u:p@host/x?a=b&X-Amz-Signature=abc'", "'https://***@host/x?a=b&X-Amz-Signature=***'"),
        ("https://host/#access_token=abc and more", "https://host/#access_token=*** and more"),
        ("mongodb://host/?authSource=admin&tls=true", "mongodb://host/?authSource=admin&tls=true"),
        ("demo@v1.0.0: is this right? key=value", "demo@v1.0.0: is this right? key=value"),
    ],
)
def test_no_key_of_a_query_is_shown(text: str, shown: str) -> None:
    """What a query names as a key, token, signature or the like is masked; nothing else is."""
    assert redacted(text) == shown


SECRET = "S3cr%2Ft%40pw"


@pytest.mark.parametrize(
    "argument",
    [
        f"https://u:{SECRET}@host/x",
        f"https://u:pass {SECRET}@host",
        f"https:/u:{SECRET}@host/x",
        f"https//u:{SECRET}@host/x",
        f"//u:{SECRET}@host/x",
        f"u:{SECRET}@host:x",
        f"u:a/{SECRET}@host",
        f"u:pass {SECRET}@host:x",
        f"https://u:a@{SECRET}@host/x",
        f"https://{SECRET}@host/x",
        f"https://host/x?token={SECRET}",
        f"https://host/x?token=pass {SECRET}#f",
        f"https:/{SECRET}@host/x",
        f"https//{SECRET}@host/x",
        f"https:/u:pass {SECRET}@host",
        f"https://host/x?a=1&X-Amz-Signature={SECRET}",
        f"https://host/x#access_token={SECRET}",
        f"--repo=ssh://u:{SECRET}@host",
        f"--repo=u:{SECRET}@host:x",
        f"farmers.count=https://u:{SECRET}@host",
        f"mongodb+srv://u:{SECRET}@a,b/?tls=true",
    ],
)
@pytest.mark.parametrize("said", [SECRET, "S3cr/t@pw", "host s3cr%2ft%40pw", f"'{SECRET}': no such directory"])
def test_a_secret_is_masked_wherever_it_stood(argument: str, said: str) -> None:
    """A password or a token of an argument is in no text, as it came or decoded, whoever took the argument apart."""
    shown = masking(["show", argument])(f"cannot read {said}")

    assert shown.startswith("cannot read ")
    assert "s3cr" not in shown.lower()
    assert "t@pw" not in shown.lower()
    whole = masking([argument])(argument)
    assert "s3cr" not in whole.lower()


@pytest.mark.parametrize("secret", ["it's", 'a"b"c', "back\\slash", "a//b", "é+è", "a"])
def test_however_it_is_quoted(secret: str) -> None:
    """A secret with odd signs is found in Python's and JSON's quotes, and in a path; a short one as a word."""
    mask = masking([f"https://u:{secret}@host"])

    for said in (secret, repr(secret), json.dumps(secret), secret.replace("//", "/")):
        assert mask(f"no: {said}") == f"no: {said}".replace(said.strip("'\""), "***"), said
    assert mask("a trap")[-5:] == " trap"


def test_ordinary_arguments_hide_nothing(tmp_path: Path) -> None:
    """Pins, paths, settings and hosts are no secrets; nor is a path that is there, whatever its name is."""
    (tmp_path / "u:secret@x").mkdir()
    arguments = [
        *("snapshot", "fetch", "demo@v1.0.0", "--repo", "git@github.com:me/data.git", "ssh://git@host/me/data"),
        *("https://host/me/data?ref=main", "/data/demo@v1.0.0", "farmers.gender={female: 60, male: 40}", "2026-01-31"),
        *("For: demo@v1.2", "see me: git/x demo@v1.2", "ssh://somebody-else@host/me", "https://alice@host/me"),
        *("mongodb://host:27017/?replicaSet=set-of-three-members&authSource=admin", str(tmp_path / "u:secret@x")),
    ]
    text = " ".join(arguments)

    assert masking(arguments)(text) == text


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("AWS_SECRET_ACCESS_KEY", "longEnough", ["longEnough"]),
        ("AWS_SECRET_ACCESS_KEY", "demo", []),
        ("AWS_ACCESS_KEY_ID", "AKIALONGENOUGH", []),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/run/secrets/token", []),
        ("AZURE_STORAGE_SAS_TOKEN", "sv=2026-02-06&sig=longEnough%3D&sp=rw", ["longEnough%3D"]),
        ("GOOGLE_SERVICE_ACCOUNT_KEY", '{"client_id": "nobodys", "private_key": "longEnough"}', ["longEnough"]),
        ("OTHER_SECRET_KEY", "longEnough", []),
    ],
)
def test_environment_secrets(name: str, value: str, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of object storage, and no more: what is masked must not be a word of anybody's."""
    for known in [*os.environ]:
        if known.startswith(("AWS_", "AZURE_", "GOOGLE_")):
            monkeypatch.delenv(known)
    monkeypatch.setenv(name, value)
    assert [*environment_secrets()] == secrets
