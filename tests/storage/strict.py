"""A second S3 server, which obeys conditions and says of a part of an object that it is one: moto's, in memory."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from tests.serving import free_port
from tests.serving import listening as listens
from tests.storage.endpoint import BUCKET

_SOMEBODY = {"Authorization": "AWS4-HMAC-SHA256 Credential=TESTKEY/20260101/us-east-1/s3/aws4_request"}
"""It wants a name, and looks at no signature."""


class Strict:
    """The server, asked by plain HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address
        with urlopen(Request(f"{address}/{BUCKET}", method="PUT")):
            pass

    def contents(self, url: str) -> dict[str, str]:
        """Every object below a URL with the SHA-256 of its bytes."""
        prefix = url.removeprefix(f"s3://{BUCKET}/") + "/"
        listed = self._got(f"?list-type=2&prefix={quote(prefix)}")
        keys = [each.text or "" for each in ElementTree.fromstring(listed).iter() if each.tag.endswith("}Key")]
        return {key.removeprefix(prefix): hashlib.sha256(self._got(f"/{quote(key)}")).hexdigest() for key in keys}

    def _got(self, path: str) -> bytes:
        with urlopen(Request(f"{self.address}/{BUCKET}{path}", headers=_SOMEBODY)) as answer:
            content: bytes = answer.read()
        return content


@contextmanager
def strict(folder: Path) -> Iterator[Strict]:
    port = free_port()
    with listens([sys.executable, "-m", "moto.server", "-p", str(port)], folder, port):
        yield Strict(f"http://127.0.0.1:{port}")
