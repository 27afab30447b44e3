"""Remotes to push to and pull from: real servers on the loopback interface, and a plain folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving import free_port, listening

RCLONE = Path(sys.executable).parent / "rclone"
USER, KEY, SECRET = "tea", "TESTKEY", "TESTSECRET"


@dataclass(frozen=True)
class Remote:
    """A place for DVC to push to.

    `url` and `settings` are those of the remote in `.dvc/config`; `secrets` go into `.dvc/config.local`, or stand in
    the environment as `environment`; `objects` is the folder in which the server keeps what was pushed.
    """

    url: str
    objects: Path
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def object_of(self, md5: str) -> Path:
        """The file in which the server keeps an object."""
        return self.objects / "files" / "md5" / md5[:2] / md5[2:]


@contextmanager
def s3(folder: Path) -> Iterator[Remote]:
    """An S3 server whose bucket `tea` lies in `folder`."""
    (folder / "served" / "tea").mkdir(parents=True)
    port = free_port()
    with _serving(folder, port, "s3", "--auth-key", f"{KEY},{SECRET}"):
        yield Remote(
            url="s3://tea/demo-data",
            objects=folder / "served" / "tea" / "demo-data",
            settings={"endpointurl": f"http://127.0.0.1:{port}"},
            secrets={"access_key_id": KEY, "secret_access_key": SECRET},
            environment={"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET},
        )


@contextmanager
def sftp(folder: Path) -> Iterator[Remote]:
    """An SFTP server whose root lies in `folder`; a password opens it."""
    (folder / "served" / "demo-data").mkdir(parents=True)
    port = free_port()
    with _serving(folder, port, "sftp", "--user", USER, "--pass", SECRET):
        yield Remote(
            url=f"ssh://{USER}@127.0.0.1:{port}/demo-data",
            objects=folder / "served" / "demo-data",
            secrets={"password": SECRET},
        )


def plain(folder: Path) -> Remote:
    """A folder, as on a shared disk."""
    return Remote(url=str(folder), objects=folder)


@contextmanager
def _serving(folder: Path, port: int, kind: str, *options: str) -> Iterator[None]:
    """`rclone serve` in a process of its own. It soon sees what tests change in the folder; at 0 ms it would hang."""
    served, kept = str(folder / "served"), str(folder / "kept")
    command = [str(RCLONE), "serve", kind, "--addr", f"127.0.0.1:{port}", *options, "--dir-cache-time", "100ms", served]
    env = {"PATH": os.environ["PATH"], "RCLONE_CONFIG": os.devnull, "RCLONE_CACHE_DIR": kept, "HOME": kept}
    with listening(command, folder, port, env):
        yield
