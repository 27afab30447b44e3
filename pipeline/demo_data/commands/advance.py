"""`demo-data advance`: take a dataset on to a later day."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from demo_data.commands import pins
from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import BUILT, OK, URL, Commands, as_json, dataset, day, makers, outcome, verb
from demo_data.common.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from demo_data.advance import Advanced
    from demo_data.build import Progress


def add(commands: Commands) -> None:
    command = verb(commands, "advance", run, "take a dataset on to a later day")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"{BUILT}; {URL}, with --out")
    command.add_argument("--to", type=day, metavar="DATE", required=True, help="the new last day (YYYY-MM-DD)")
    command.add_argument("--out", type=dataset, metavar="DIR|URL", help="where to (default: in place)")
    makers(command)
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Add the days up to DATE to a dataset: what a build as of that day gives, byte for byte.

    Only files that the new days touch are made; those of months that are over stay. The dataset takes its place when
    all of it is there; what fails or is killed changes nothing.
    """
    if isinstance(options.path, str) and not options.out:
        raise UsageError(f"{options.path}: what is there does not change: name by --out where the advanced one goes")
    require_own_code(*(place for place in (options.path, options.out) if not isinstance(place, str)))
    from demo_data import report
    from demo_data.commands.build import executor
    from demo_data.common.rendering import counted

    with (
        _placed(options.out) as place,
        executor(options, place or options.path) as pool,
        report.progress(options.quiet) as step,
    ):
        advanced = _advanced(options, place, pool, step)
    out = options.out or options.path
    told = {
        "dataset": out if advanced else options.path,
        "profile": advanced.profile if advanced else None,
        "before": advanced.before if advanced else options.to,
        "as_of": options.to,
        "tables": report.built_json(advanced.built) if advanced else [],
        "kept": advanced.kept if advanced else None,
    }
    if as_json(options, told) or options.quiet:
        return OK
    if advanced is None:
        print(f"{options.path}: is as of {options.to} already; nothing to do")
        return OK
    report.print_built(advanced.profile, advanced.built)
    kept = f"; kept: {counted(advanced.kept, 'file')} of months that are over" if advanced.kept else ""
    print(f"{out}: from {advanced.before} to {options.to}{kept}")
    report.print_next(out)
    return OK


def _advanced(
    options: argparse.Namespace, place: Path | None, pool: Executor | None, step: Progress | None
) -> Advanced | None:
    """Make it in a directory; what goes to a URL is put there when it is whole."""
    from demo_data.advance import advance, way
    from demo_data.versions.write import finish

    path, to, domain, out = options.path, options.to, options.domain, options.out
    if place is None or not isinstance(out, str):
        folder = pins.near(path, quiet=options.quiet)
        return advance(folder, to, domain, out=place, executor=pool, progress=step, finish=finish)
    from demo_data.versions.advance_at_url import advance_at_url, in_one_bucket, require_room
    from demo_data.versions.at_url import put

    if isinstance(path, str) and in_one_bucket(path, out):
        return advance_at_url(path, to, domain, out=out, aside=place, executor=pool, progress=step, finish=finish)
    folder = pins.near(path, quiet=options.quiet)
    require_room(out, way(folder, to, domain, str(path)))
    advanced = advance(folder, to, domain, out=place, executor=pool, progress=step, finish=finish)
    put(place, out)
    return advanced


@contextmanager
def _placed(out: Path | str | None) -> Iterator[Path | None]:
    """The directory in which the advanced dataset is made, None for in place; of a URL, a temporary one, yet to be."""
    if not isinstance(out, str):
        yield out
        return
    from demo_data.storage import storage_of

    with storage_of(out).aside() as aside:
        yield aside / "dataset"
