"""What commands share that take pins: options, how far one may go to have the data, and where it was had from."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from demo_data.commands.options import REPO
from demo_data.common.rendering import printable

if TYPE_CHECKING:
    from demo_data.versions.resolve import Means

PIN = "demo@v1.0.0, or the first digits of an identity or a commit: demo@9f86d081884c7d65; +2026-02-28 advances it"


def add_options(command: argparse.ArgumentParser) -> None:
    """Let a command take pins."""
    command.add_argument("--repo", metavar="REPO", help=REPO)
    command.add_argument(
        "--no-rebuild",
        action="store_true",
        help="never run the code of a pin's commit, which makes its data where no remote has it, and advances it",
    )
    command.add_argument("--trust", action="store_true", help="let that code run of a repository at a URL, too")


def means(options: argparse.Namespace, progress: Callable[[str], None] | None = None) -> Means:
    """How far a command may go."""
    from demo_data.versions.resolve import Means

    return Means(rebuild=not options.no_rebuild, trust=options.trust, progress=progress)


@contextmanager
def status(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Shows on a terminal what takes a while, for as long as it does; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("asking ...") as shown:
        yield lambda text: shown.update(Text(printable(text), no_wrap=True, overflow="ellipsis"))


def near(place: Path | str, *, quiet: bool = False) -> Path:
    """A directory, or where a URL's dataset lies once all of it is here; that is told on standard error."""
    if isinstance(place, Path):
        return place
    from demo_data.versions.at_url import fetched

    with status(quiet) as step:
        found = fetched(place, progress=step)
    if not quiet:
        print(found, file=sys.stderr)
    return found.path


def side(name: str, options: argparse.Namespace) -> Path:
    """The directory of that name, or of a pin's or URL's data, verified; standard error tells where that came from."""
    from demo_data.storage.url import is_url
    from demo_data.versions.pin import looks_like_a_pin

    if is_url(name):
        return near(name, quiet=getattr(options, "quiet", False))
    if not looks_like_a_pin(name):
        return Path(name)
    from demo_data.versions.snapshot import open_snapshot

    with status(getattr(options, "quiet", False)) as step:
        snapshot = open_snapshot(
            name,
            repo=options.repo,
            rebuild=not options.no_rebuild,
            trust=options.trust,
            domain=options.domain,
            progress=step,
        )
    if not getattr(options, "quiet", False):
        print(f"{name}: {snapshot.origin}", file=sys.stderr)
    return snapshot.path
