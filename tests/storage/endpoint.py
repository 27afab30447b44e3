"""Servers of object storage on the loopback interface: rclone's, and one that answers with one error alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.serving import free_port
from tests.serving import listening as listens
from tests.versions.serving import KEY, RCLONE, SECRET

BUCKET = "tea"


@dataclass(frozen=True)
class Endpoint:
    """A server: its address, the folder in which it keeps the bucket, and a prefix to work under."""

    address: str
    bucket: Path
    server: subprocess.Popen[bytes]
    prefix: str = "datasets/demo"

    @property
    def url(self) -> str:
        return f"s3://{BUCKET}/{self.prefix}"

    @property
    def folder(self) -> Path:
        """Where the server keeps what is below the prefix."""
        return self.bucket / self.prefix

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ALLOW_HTTP": "true",
        }

    def used(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
        """The server as a test uses it: by the environment, under a prefix of its own, with caches of its own."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DEMO_DATA_CACHE", str(folder / "cache"))
        monkeypatch.setenv("TMPDIR", str(folder))
        return replace(self, prefix=f"{folder.name}/demo")

    def upload(self, dataset: Path) -> None:
        """Let a finished dataset lie below the prefix."""
        shutil.copytree(dataset, self.folder, dirs_exist_ok=True)
        self.settle()

    def settle(self) -> None:
        """Let the server see what a test has changed in its folder: it looks at one anew after a tenth of a second."""
        time.sleep(0.3)


@contextmanager
def served(folder: Path, *options: str, port: int = 0) -> Iterator[Endpoint]:
    """`rclone serve s3`, whose bucket lies in `folder`."""
    bucket = folder / "served" / BUCKET
    bucket.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    with listens(_rclone(folder, port, *options), folder, port, _environment(folder)) as server:
        yield Endpoint(f"http://127.0.0.1:{port}", bucket, server)


def _rclone(folder: Path, port: int, *options: str) -> list[str]:
    keys = ("--auth-key", f"{KEY},{SECRET}", "--dir-cache-time", "100ms")
    return [str(RCLONE), "serve", "s3", "--addr", f"127.0.0.1:{port}", *keys, *options, str(folder / "served")]


def _environment(folder: Path) -> dict[str, str]:
    kept = str(folder / "kept")
    return {"PATH": os.environ["PATH"], "RCLONE_CONFIG": os.devnull, "RCLONE_CACHE_DIR": kept, "HOME": kept}


@contextmanager
def refusing(status: int, code: str, message: str = "no") -> Iterator[str]:
    """The address of a server that answers every request with this error, in S3's form."""
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'.encode()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if length := int(self.headers.get("Content-Length") or 0):
                self.rfile.read(length)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
