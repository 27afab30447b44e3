"""What the kills share: a cluster, a server of objects, the datasets that they begin with and should come to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from tests.cluster.running import Cluster, cluster
from tests.kills.client import ended
from tests.running import contents
from tests.serving import free_port
from tests.storage.endpoint import BUCKET, Endpoint, served

BUILD = ("build", "demo", "--set", "farmers.count=60", "--set", "farmers.joining=90", "--quiet")
DAY = "2026-02-02"
SHARDS = 3


class Stage:
    """All of it is started when a kill first needs it, and lies below `folder`."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir()
        self.folder = folder
        self.scratch = folder / "scratch"
        """What all of them, workers elsewhere too, have for a temporary directory."""
        self.scratch.mkdir()
        self._stack, self._port = stack, free_port()
        self._server = ExitStack()
        stack.callback(self._server.close)

    @property
    def environment(self) -> dict[str, str]:
        """That of clients."""
        own = {"TMPDIR": str(self.scratch), "DEMO_DATA_CACHE": str(self.folder / "cache")}
        return own | (self.objects.environment if "objects" in self.__dict__ else {})

    @cached_property
    def cluster(self) -> Cluster:
        """A scheduler and two workers, which may be at the server, too."""
        environment = {**self.objects.environment, "TMPDIR": str(self.scratch)}
        return self._stack.enter_context(cluster(self.folder / "dask", 2, environment))

    @cached_property
    def objects(self) -> Endpoint:
        (self.folder / "objects").mkdir()
        return self._served()

    def serve_again(self) -> None:
        """Start the server anew, at the same address; it may have died."""
        self._server.close()
        self.objects = self._served()

    def _served(self) -> Endpoint:
        return self._server.enter_context(served(self.folder / "objects", port=self._port))

    def done(self, *arguments: str) -> None:
        """A command that nobody disturbs, which must end well and in silence."""
        found = ended(arguments, self.environment, self.folder / "said")
        assert (found.code, found.said) == (0, ""), arguments

    def dataset(self, *options: str) -> Path:
        """A whole one, made here at once with these options. To be read only."""
        out = self.folder / "-".join(("dataset", *options))
        if not out.exists():
            self.done(*BUILD, *options, "--out", str(out))
        return out

    def at_url(self) -> str:
        """That dataset at the server. To be read only."""
        place = self.objects.bucket / "before" / "demo"
        if not place.exists():
            shutil.copytree(self.dataset(), place)
            self.objects.settle()
        return f"s3://{BUCKET}/before/demo"

    def shards(self, count: int) -> Path:
        """The first shards of a dataset. To be read only."""
        out = self.folder / f"shards-{count}"
        if not out.exists():
            for number in range(1, count + 1):
                self.done(*BUILD, "--shard", f"{number}/{SHARDS}", "--out", str(out))
        return out

    def whole(self, *options: str) -> dict[str, str]:
        """What lies in a whole dataset."""
        return contents(self.dataset(*options))


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(folder, stack)
