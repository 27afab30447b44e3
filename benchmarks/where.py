"""Where the CPU seconds of a whole build go: stages, and recipes' functions, each without what it calls of the others.

One process, so that there is one account. Every second is told once; what has no name here, as the rest.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

_REST = "start-up and the rest"
_LEAST = 0.01
"""The share of all seconds from which on a stage is told by itself."""


class _Account:
    """CPU seconds by what is under way: of what calls another, only its own."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._under_way = [_REST]
        self._since = 0.0  # of the process: what was imported before counts too

    @contextmanager
    def of(self, what: str) -> Any:
        self._book()
        self._under_way.append(what)
        try:
            yield
        finally:
            self._book()
            self._under_way.pop()

    def _book(self) -> None:
        now = time.process_time()
        self.seconds[self._under_way[-1]] += now - self._since
        self._since = now

    def watch(self, owner: Any, name: str, what: str | Callable[..., str]) -> None:
        """Book what a function of a module or a class takes."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.of(what if isinstance(what, str) else what(*args)):
                return function(*args, **kwargs)

        setattr(owner, name, watched)

    def close(self) -> None:
        self._book()


def run() -> None:
    account = _Account()
    from demo_data import build, cli, parts
    from demo_data.commands import build as command
    from demo_data.dataset import content_hash, store
    from demo_data.engine.world import Block, World
    from demo_data.versions import write

    account.watch(command, "require_sound", "the domain is checked")
    account.watch(Block, "_make", lambda block, name: f"columns: {block.recipe.table}.{name}")
    account.watch(Block, "expanded", lambda block, recipe: f"columns: {recipe.table}, which rows there are")
    account.watch(World, "below", "rows of a month are found")
    account.watch(build, "plan", "plan")
    account.watch(build, "recipe_text", "recipe.json")
    account.watch(parts, "assemble", "Arrow tables are assembled")
    account.watch(content_hash, "of_rows", "content hash")
    account.watch(store, "write_part", "Parquet is written")
    account.watch(parts, "file_hash", "SHA-256 of files")
    account.watch(write, "write_plots", "data of the pictures")
    account.watch(write, "describe", "manifest")
    account.watch(write, "datapackage", "datapackage.json")
    account.watch(write, "croissant", "croissant.json")
    with TemporaryDirectory() as folder:
        cli.main(["build", "load-test", "--no-json", "--quiet", "--out", f"{folder}/out"])
    account.close()
    total = sum(account.seconds.values())
    print(f"Where {total:.1f} CPU-seconds of `demo-data build load-test --no-json` go, in one process")
    others = 0.0
    for what, seconds in account.seconds.most_common():
        if seconds < _LEAST * total and what != _REST:
            others += seconds
        else:
            print(f"  {what:70}{seconds:>7.2f}{seconds / total:>6.0%}")
    print(f"  {'all others, of less than a hundredth each':70}{others:>7.2f}{others / total:>6.0%}")
