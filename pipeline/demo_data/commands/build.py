"""`demo-data build`: make a profile's dataset."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.commands.checkout import require_own_code
from demo_data.commands.domains import require_sound
from demo_data.commands.options import OK, Commands, as_json, dataset, makers, number, outcome, profile, shard, verb
from demo_data.common import machine
from demo_data.common.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from demo_data.dataset.made import Built
    from demo_data.profile import Settings


def add(commands: Commands) -> None:
    command = verb(commands, "build", run, "make a profile's dataset")
    profile(command)
    command.add_argument("--out", type=dataset, metavar="DIR|URL", help="where to (default: data/<profile>)")
    makers(command)
    command.add_argument("--table", action="append", metavar="NAME", dest="tables", help="only this table (repeatable)")
    command.add_argument("--level", type=number, metavar="N", help="only the tables of one level (0 with the recipe)")
    command.add_argument("--shard", type=shard, metavar="K/N", help="only shard K of N; `seal` makes the whole of them")
    command.add_argument("--no-json", action="store_true", help="Parquet only")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Make a profile's tables, as Parquet and JSON, with the recipe and the manifest.

    The dataset takes its place when all of it is there; a build that fails or is killed changes nothing. Of a shard the
    parts do, and a receipt that tells of them: N processes anywhere make one each, and `seal` makes them a dataset.
    At a URL (s3://bucket/prefix, gs://..., az://...) what is finished is kept for the next run.
    """
    at_url = isinstance(options.out, str)
    require_own_code(None if at_url else options.out)
    if at_url and (options.tables is not None or options.level is not None):
        raise UsageError(f"{options.out}: a whole dataset is made there; leave --table and --level away")
    if options.shard and (options.tables is not None or options.level is not None):
        raise UsageError("--shard: a shard has parts of all tables; leave --table and --level away")
    from demo_data import report
    from demo_data.build import build
    from demo_data.profile import load_profile
    from demo_data.versions.write import finish

    if options.tables is None and options.level is None and not options.shard:  # of shards, `seal` asks once for all
        require_sound(options.domain)
    settings = load_profile(
        options.profile, seed=options.seed, as_of=options.as_of, changes=options.changes, domain=options.domain
    )
    out = options.out or Path("data") / settings.name
    if options.shard:
        return _shard(options, settings, out)
    if at_url:
        return _whole(options, settings)
    with executor(options, out) as pool, report.progress(options.quiet) as step:
        built = build(
            settings,
            out,
            tables=options.tables,
            level=options.level,
            json_form=not options.no_json and options.level is None,
            executor=pool,
            progress=step,
            finish=finish,
        )
    if not (as_json(options, _told(settings, out, built)) or options.quiet):
        report.print_built(settings.name, built)
        if options.tables is None and options.level is None:
            report.print_next(out)
    return OK


def _whole(options: argparse.Namespace, settings: Settings) -> int:
    """Make a dataset at a URL."""
    from demo_data import report
    from demo_data.common.rendering import counted
    from demo_data.shards.whole import build_whole
    from demo_data.versions.write import finish

    with executor(options, options.out) as pool, report.progress(options.quiet) as step:
        made = build_whole(
            settings, options.out, json_form=not options.no_json, executor=pool, progress=step, finish=finish
        )
    told = _told(settings, options.out, made.built, parts=made.parts, kept=made.kept)
    if not (as_json(options, told) or options.quiet):
        report.print_built(settings.name, made.built)
        if made.kept:
            print(f"{options.out}: {made.kept:,} of {counted(made.parts, 'part')} were there already")
        report.print_next(options.out)
    return OK


def _shard(options: argparse.Namespace, settings: Settings, out: Path | str) -> int:
    """Make one shard's parts, and tell what was made."""
    from demo_data import report
    from demo_data.common.program import program
    from demo_data.common.rendering import counted
    from demo_data.shards.making import make_shard

    number, shards = options.shard
    json_form = not options.no_json
    with executor(options, out) as pool, report.progress(options.quiet) as step:
        made = make_shard(settings, out, number, shards, json_form=json_form, executor=pool, progress=step)
    told = _told(settings, out, made.built, parts=made.parts, kept=made.kept, shard=number, shards=shards)
    if not (as_json(options, told) or options.quiet):
        report.print_built(settings.name, made.built)
        kept = f", {made.kept:,} of them made before" if made.kept else ""
        print(
            f"{out}: shard {number}/{shards} is complete: {counted(made.parts, 'part')}{kept}. "
            f"Next, when all shards are: `{program()} seal {out}`."
        )
    return OK


def _told(settings: Settings, out: Path | str, built: Sequence[Built], **more: int) -> dict[str, Any]:
    """What was made; of a shard and at a URL also how many parts there are, and how many were there before."""
    from demo_data.report import built_json

    whole = {"parts": None, "kept": None, "shard": None, "shards": None}
    return {"dataset": str(out), "profile": settings.name, "tables": built_json(built), **whole, **more}


@contextmanager
def executor(options: argparse.Namespace, out: Path | str) -> Iterator[Executor | None]:
    """What makes parts in `out`, as `makers` lets one say: none for one worker, which is this process."""
    machine.without_pandas()
    if options.dask is not None:
        from demo_data.cluster import dask_executor

        with dask_executor(options.dask or None, options.workers, out=out) as cluster:
            if cluster.dashboard and not options.quiet and options.format == "text":
                print(f"Dask's dashboard: {cluster.dashboard}", flush=True)
            yield cluster
    elif options.workers in (None, 1):
        yield None
    else:
        with _processes(options.workers) as pool:
            yield pool


def _processes(workers: int) -> Executor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    _outlive_the_tracker()
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_attend)


def _outlive_the_tracker() -> None:
    """Say nothing where the process that keeps account of semaphores is killed: what it knew of went with it.

    Python would start another one, and that would print a traceback for each semaphore that it does not know.
    """
    import warnings
    from multiprocessing import resource_tracker

    accounts: Any = resource_tracker
    accounts.ensure_running()
    tracker, forget = accounts._resource_tracker, accounts.unregister
    first = tracker._pid

    def unregister(name: str, kind: str) -> None:
        if tracker._pid == first and tracker._check_alive():
            forget(name, kind)

    accounts.unregister = unregister
    warnings.filterwarnings("ignore", message="resource_tracker: process died")


def _attend() -> None:
    """In a worker: leave interrupts to the parent, and end when it does."""
    import multiprocessing
    import os
    import signal
    import threading

    def follow() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow, daemon=True).start()
    machine.spare()
    machine.without_pandas()
