"""What the process that gets files answers, and what a person is told where something was wrong."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from demo_data.common.errors import redacted
from demo_data.common.rendering import few
from demo_data.versions.cache import VARIABLE, cache_folder
from demo_data.versions.pin import Pin

SHOWN = 5
"""How many files are named, where many are missing or damaged."""

_REFUSED = {
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"),
    *("PermissionError", "PermissionDenied", "AuthError", "ProfileNotFound", "KeyImportError"),
}
_UNREACHABLE = {
    *("ConnectionError", "HTTPClientError", "TimeoutError", "gaierror", "ConnectionLost", "FSTimeoutError"),
    *("ClientConnectorError", "NoValidConnectionsError"),
}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
_KEYS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or an AWS profile hold the keys",
    "ssh": "the user and the key stand in ~/.ssh/config or, like a password, in .dvc/config.local",
}
_PUSH = "`dvc push --all-tags` from a clone that has the data"
_EXTRAS = {"s3": "s3", "ssh": "ssh", "sftp": "ssh"}


class Answers:
    """What has been got of a version's files, and what has failed."""

    def __init__(self, pin: Pin, files: int, rebuilding: str | None) -> None:
        """`rebuilding`: what a person is told of making the version again; None where that is tried next."""
        self.pin, self.files, self._rebuild = pin, files, rebuilding
        self.places: dict[str, str] = {}
        self.failed: list[dict[str, Any]] = []
        self.name: str | None = None
        self.url: str | None = None

    def hear(self, line: bytes) -> None:
        """Take one answer."""
        answer = json.loads(line)
        if "url" in answer:
            self.name, self.url = answer["remote"], answer["url"]
        elif "got" in answer:
            self.places[answer["got"]] = answer["place"]
        else:
            self.failed.append(answer)

    @property
    def origin(self) -> str:
        """Where the files have come from."""
        url = (self.url or "").rstrip("/")
        far = url and any((place or "").startswith(f"{url}/") for place in self.places.values())
        return f"from {self._remote}" if far else "from DVC's cache"

    @property
    def full(self) -> bool:
        """Whether it failed for lack of room here, which no other way would find either."""
        return any(number in _FULL for failure in self.failed for _, _, number in failure["chain"])

    @property
    def state(self) -> str:
        """How far it is."""
        return f"{self.pin}: {len(self.places)} of {self.files} files"

    def messages(self, code: int, errors: str) -> list[str]:
        """What is wrong, a line each; empty where nothing is. `errors`: what the process wrote on standard error."""
        if not self.failed and not code:
            return []
        for failure in self.failed:
            if reason := self._general(failure["chain"]):
                return [f"{self.pin}: {reason}"]
        only_files = all(any("FileNotFoundError" in item[0] for item in failure["chain"]) for failure in self.failed)
        if only_files and (missing := [failure for failure in self.failed if failure["failed"]]):
            return self._missing(missing)
        if self.failed:
            return [f"{self.pin}: {self._other(self.failed[0])}{self._cures()}"]
        last = ([line for line in errors.splitlines() if line.strip()] or [f"it ended with {code}"])[-1]
        return [f"{self.pin}: the process that fetches failed: {_redacted(last)}{self._cures()}"]

    def damaged(self, faults: Iterable[str], out: Path) -> list[str]:
        """What came and is not what git's manifest tells: each fault of a file in `out`, with the object's place."""
        lines = []
        for fault in faults:
            path, _, what = fault.removeprefix(f"{out}/").partition(": ")
            place = self.places.get(path)
            lines.append(f"{self.pin}: {path}: {what}" + (f"; it came from {_redacted(place)}" if place else ""))
        cures = self._cures(f"delete such an object, {_PUSH}")
        return [*lines, f"{self.pin}: nothing of it was kept{cures}"]

    def _general(self, chain: list[list[Any]]) -> str | None:
        """What is wrong with the remote as a whole, if that is it."""
        scheme = (self.url or "").partition("://")[0]
        for names, says, number in chain:
            if number in _FULL:
                return f"{cache_folder()}: cannot be written: {os.strerror(number)}; {VARIABLE} names another cache"
            kind = set(names)
            if kind & {"RemoteMissingDepsError", "ImportError"}:
                if self.url is None:
                    return "fetching needs DVC: pip install 'demo-data[dvc]'"
                extra = _EXTRAS.get(scheme)
                needed = f": pip install 'demo-data[dvc,{extra}]'" if extra else f" that DVC needs: {_redacted(says)}"
                return f"{self._remote} needs a package{needed}"
            if kind & _REFUSED:
                keys = f"{_KEYS[scheme]} (docs/remotes.md)" if scheme in _KEYS else "may you read there?"
                return f"{self._remote} refuses: {_redacted(says)}; {keys}"
            if kind & _UNREACHABLE:
                return f"{self._remote} does not answer: {_redacted(says)}{self._cures('try again later')}"
            if "NotDvcRepoError" in kind:
                return f"its repository is none of DVC's: {_redacted(says)}"
        return None

    def _other(self, failure: dict[str, Any]) -> str:
        reasons = [says for names, says, _ in failure["chain"] if says and names[0] != "DataIndexDirError"]
        what = _redacted(reasons[0]) if reasons else failure["chain"][0][0][0]
        place = f" ({_redacted(failure['place'])})" if failure.get("place") else ""
        return f"{failure['failed'] or 'it'}{place} could not be fetched: {what}"

    def _missing(self, failures: list[dict[str, Any]]) -> list[str]:
        failures = sorted(failures, key=lambda failure: str(failure["failed"]))
        names = [failure["failed"] for failure in failures]
        listed = few(names, SHOWN)
        if all(failure["place"] is None for failure in failures):
            return [f"{self.pin}: dvc.lock of that commit does not list {listed}: they were never built{self._cures()}"]
        if self.name is None or self.name == "auto-generated-upstream":
            lacking = f"no DVC remote is set, and DVC's cache does not have {listed}"
            return [f"{self.pin}: {lacking}{self._cures('set one (docs/remotes.md)')}"]
        if not self.places:
            return [f"{self.pin}: {self._remote} has none of its files{self._cures(_PUSH)}"]
        lines = [
            f"{self.pin}: {failure['failed']}: missing on {self._remote}: {_redacted(failure['place'] or '')}"
            for failure in failures[:SHOWN]
        ]
        more = [f"{self.pin}: {len(names) - SHOWN} more are missing"] if len(names) > SHOWN else []
        return [*lines, *more, f"{self.pin}: nothing of it was kept{self._cures(_PUSH)}"]

    def _cures(self, *others: str) -> str:
        """What a person may do."""
        ways = [*others, *([self._rebuild] if self._rebuild else [])]
        return f"; {', or '.join(ways)}" if ways else ""

    @property
    def _remote(self) -> str:
        return f"the remote {self.name!r} ({_redacted(self.url or '')})"


def _redacted(text: str) -> str:
    """A text without user and password in any URL."""
    return redacted(text.strip())
