"""What the process that gets files answers, and what a person is told when something was wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.snapshot.pin import Pin

SHOWN = 5
_DEPENDENCIES = {"RemoteMissingDepsError", "ImportError"}
_REFUSED = {
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"),
    *("PermissionError", "PermissionDenied", "AuthError", "ProfileNotFound", "KeyImportError"),
}
_REFUSED_CODES = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "Forbidden", "403", "ExpiredToken")
_UNREACHABLE = {
    *("ConnectionError", "HTTPClientError", "TimeoutError", "gaierror", "ConnectionLost", "FSTimeoutError"),
    *("ConnectTimeoutError", "ClientConnectorError"),
}


class Answers:
    """What has been got of a version's files, and what has failed."""

    def __init__(self, pin: Pin, files: int) -> None:
        self.pin, self.files = pin, files
        self.places: dict[str, str] = {}
        self.failed: list[dict[str, Any]] = []
        self.remote: str | None = None
        self.name: str | None = None

    def hear(self, line: bytes) -> None:
        """Take one line of an answer."""
        told = json.loads(line)
        if "url" in told:
            self.name, self.remote = told["remote"], told["url"]
        elif "got" in told:
            self.places[told["got"]] = told["place"]
        else:
            self.failed.append(told)

    @property
    def state(self) -> str:
        """How far it is."""
        return f"{self.pin}: {len(self.places)} of {self.files} files"

    def messages(self, code: int, errors: str) -> list[str]:
        """What is wrong, a line each; empty where nothing is."""
        if not self.failed and not code:
            return []
        return [f"{self.failed} {code} {errors}"]

    def damaged(self, faults: Iterable[str], out: Path) -> list[str]:
        """What came, and is not what git's manifest tells: each file with its place on the remote."""
        return [fault.replace(f"{out}/", "") for fault in faults]


def _named(chain: list[list[Any]]) -> set[str]:
    return {name for names, _ in chain for name in names}
