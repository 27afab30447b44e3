"""The command line: parses, calls, prints. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeAlias

OK, FINDINGS, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 fine, 1 faults in data, 2 a request that cannot be carried out."""
    parser = _parser()
    options = parser.parse_args(arguments)
    from concurrent.futures import BrokenExecutor

    from pipeline.errors import DataError, UsageError

    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except DataError as error:
        return _failed(error.messages, FINDINGS)
    except UsageError as error:
        return _failed(error.messages, USAGE)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 (what is left to print has no reader)
        return OK
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed([f"{where}{error.strerror or error}"], USAGE)
    except BrokenExecutor:
        return _failed(["a worker process died (out of memory?); nothing was changed"], FINDINGS)
    except KeyboardInterrupt:
        return _failed(["interrupted; nothing was changed"], 130)


def _failed(messages: Sequence[str], code: int) -> int:
    for message in messages:
        print(f"demo-data: {message}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Tells a misspelt command's nearest neighbour."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"demo-data: {_without_userinfo(message)}\n")


def _without_userinfo(text: str) -> str:
    """The text without user and password in any URI: what was mistyped may hold one."""
    return re.sub(r"(://)\S*@", r"\1***@", text)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"demo-data {version('demo-data')}")
        parser.exit(OK)


Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="demo-data",
        description="Make and check versioned, coherent, Kenya-realistic datasets of a tea-quality platform.",
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for add in (_add_build, _add_json, _add_validate, _add_load, _add_snapshot, _add_show, _add_contract, _add_corrupt):
        add(commands)
    return parser


def _add_build(commands: Commands) -> None:
    command = commands.add_parser("build", help="make a profile's dataset", description=_build.__doc__)
    command.add_argument("profile", metavar="PROFILE", help="a profile's name (minimal, demo, ...) or a YAML path")
    command.add_argument("--seed", type=int, metavar="N", help="another seed than the profile's")
    command.add_argument("--as-of", type=_date, metavar="DATE", help="another last day (YYYY-MM-DD)")
    command.add_argument("--out", type=Path, metavar="DIR", help="where to (default: data/<profile>)")
    command.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes (default: 1); same bytes")
    command.add_argument("--table", action="append", metavar="NAME", dest="tables", help="only this table (repeatable)")
    command.add_argument("--level", type=int, metavar="N", help="only the tables of one level (0 with the recipe)")
    command.add_argument("--no-json", action="store_true", help="Parquet only")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="changes",
        help="e.g. farmers.count=1000",
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    command.set_defaults(run=_build)


def _add_json(commands: Commands) -> None:
    command = commands.add_parser("json", help="write the JSON form of a dataset's tables", description=_json.__doc__)
    command.add_argument("path", type=Path, metavar="DIR")
    command.set_defaults(run=_json)


def _add_validate(commands: Commands) -> None:
    command = commands.add_parser("validate", help="check a dataset, ours or not", description=_validate.__doc__)
    command.add_argument("path", type=Path, metavar="PATH", help="a directory of <table>.parquet and/or <table>.json")
    command.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="lines for people (default), one JSON object, or annotations of GitHub Actions",
    )
    command.add_argument(
        "--reference", type=Path, metavar="DIR", help="foreign keys may also be satisfied by this directory's tables"
    )
    command.add_argument(
        "--models",
        metavar="MODULE",
        help="records must also pass the Pydantic models of this module that bear our classes' names: my_app.models",
    )
    command.add_argument(
        "--strict",
        action="store_true",
        help="faults of coherence are errors in any data; else they are warnings in data without recipe or manifest",
    )
    command.add_argument("--report", type=Path, metavar="FILE", help="also write the findings per rule as JSON")
    command.add_argument("--quiet", action="store_true", help="say nothing but findings")
    command.set_defaults(run=_validate)


def _add_load(commands: Commands) -> None:
    command = commands.add_parser("load", help="put a checked dataset into MongoDB", description=_load.__doc__)
    command.add_argument("path", type=Path, metavar="DIR", help="a directory of <table>.parquet and/or <table>.json")
    command.add_argument("--uri", metavar="URI", help="mongodb://... (default: the variable DEMO_DATA_MONGODB_URI)")
    command.add_argument("--suffix", default="e2e", metavar="TEXT", help="end of the databases' names (default: e2e)")
    command.add_argument("--dry-run", action="store_true", help="tell what would be done, and write nothing")
    command.add_argument("--clear", action="store_true", help="first drop the collections that are loaded; asks")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--quiet", action="store_true", help="say nothing but findings and errors")
    command.set_defaults(run=_load)


def _add_snapshot(commands: Commands) -> None:
    command = commands.add_parser("snapshot", help="write a dataset's manifest", description=_snapshot.__doc__)
    command.add_argument("path", type=Path, metavar="DIR")
    command.set_defaults(run=_snapshot)


def _add_show(commands: Commands) -> None:
    command = commands.add_parser("show", help="tell what is in a dataset", description=_show.__doc__)
    command.add_argument("path", type=Path, metavar="DIR")
    command.set_defaults(run=_show)


def _add_contract(commands: Commands) -> None:
    command = commands.add_parser(
        "contract", help="compare your Pydantic models with ours", description=_contract.__doc__
    )
    command.add_argument("module", metavar="MODULE", help="a module as Python imports it from here: my_app.models")
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="lines for people (default), or a JSON array"
    )
    command.set_defaults(run=_contract)


def _add_corrupt(commands: Commands) -> None:
    command = commands.add_parser("corrupt", help="copy a dataset with known faults", description=_corrupt.__doc__)
    command.add_argument("path", type=Path, metavar="DIR", help="a sound dataset")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the faulty copy goes")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="which faults, and where (default: 1)")
    command.add_argument("--defects", type=_positive, default=50, metavar="N", help="how many (default: 50)")
    command.add_argument(
        "--kind", action="append", default=[], metavar="NAME", dest="kinds", help="only this kind (repeatable)"
    )
    command.set_defaults(run=_corrupt)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-01-31") from None


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


def _build(options: argparse.Namespace) -> int:
    """Make a profile's tables, as Parquet and JSON, with the recipe and the manifest.

    The dataset takes its place when all of it is there; a build that fails or is killed changes nothing.
    """
    from pipeline import report
    from pipeline.build import build
    from pipeline.profile import load_profile
    from pipeline.snapshot import finish

    settings = load_profile(options.profile, seed=options.seed, as_of=options.as_of, changes=options.changes)
    out = options.out or Path("data") / settings.name
    with report.progress(options.quiet) as told, _executor(options.workers) as executor:
        built = build(
            settings,
            out,
            tables=options.tables,
            level=options.level,
            json_form=not options.no_json and options.level is None,
            executor=executor,
            progress=told,
            finish=finish,
        )
    if not options.quiet:
        report.print_built(settings.name, built)
        if options.tables is None and options.level is None:
            report.print_next(out)
    return OK


def _executor(workers: int):  # type: ignore[no-untyped-def]
    from contextlib import nullcontext

    if workers == 1:
        return nullcontext()
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_attend)


def _attend() -> None:
    """In a worker: leave interrupts to the parent, and end when it does."""
    import multiprocessing
    import os
    import signal
    import threading

    def follow() -> None:
        parent = multiprocessing.parent_process()
        if parent:
            parent.join()
            os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow, daemon=True).start()


def _json(options: argparse.Namespace) -> int:
    """Write the platform's JSON form, one array per table, beside the Parquet files."""
    from pipeline.entities.tables import MODELS
    from pipeline.store import write_json_form

    write_json_form(options.path, MODELS)
    print(f"{options.path / 'json'}: written")
    return OK


def _validate(options: argparse.Namespace) -> int:
    """Check keys, references, fields and coherence.

    Exit code 1 if there is any error (warnings are none), 2 if there is nothing to check.
    """
    from pipeline.checks import validate
    from pipeline.checks.formats import FORMATS

    found = validate(options.path, reference=options.reference, models=options.models, strict=options.strict)
    if options.report:
        from pipeline.report import validation_text

        options.report.write_text(validation_text(found), encoding="utf-8")
    if not (options.quiet and not found.violations):
        _say(FORMATS[options.format](found))
    return OK if found.ok else FINDINGS


def _load(options: argparse.Namespace) -> int:
    """Put a dataset into MongoDB, all of it or nothing, once it has passed all checks.

    Loading again changes nothing; changed records are updated; what is no longer in the dataset stays, but for --clear.
    Exit code 1 if the checks find anything, 2 if the server cannot be reached or refuses.
    """
    from pipeline import report
    from pipeline.errors import UsageError
    from pipeline.load import load

    uri = options.uri or os.environ.get("DEMO_DATA_MONGODB_URI")
    if not uri:
        raise UsageError("name the server: --uri mongodb://..., or the variable DEMO_DATA_MONGODB_URI")
    if options.clear and not (options.yes or options.dry_run):
        _agree(options, uri)
    with report.progress(options.quiet) as told:
        done = load(
            options.path,
            uri,
            suffix=options.suffix,
            clear=options.clear,
            dry_run=options.dry_run,
            progress=told,
        )
    if not (options.quiet and done.ok):
        print(done.text())
    return OK if done.ok else FINDINGS


def _agree(options: argparse.Namespace, uri: str) -> None:
    """Ask whether collections may go. Raises UsageError where nobody can answer, or the answer is no."""
    from pipeline.errors import UsageError
    from pipeline.load import to_be_dropped

    if not sys.stdin.isatty():
        raise UsageError("--clear drops collections and there is no terminal to ask at: confirm with --yes")
    doomed = to_be_dropped(options.path, uri, suffix=options.suffix)
    if not doomed:
        return
    print("--clear drops these collections before they are loaded anew:")
    for name, documents in doomed.items():
        print(f"  {name} ({documents:,} document{'' if documents == 1 else 's'})")
    try:
        answer = input("Drop them? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was changed")


def _say(text: str) -> None:
    """Print what holds other people's data; a character that the terminal has not is escaped."""
    coding = sys.stdout.encoding or "utf-8"
    print(text.encode(coding, "backslashreplace").decode(coding))


def _snapshot(options: argparse.Namespace) -> int:
    """Write what the pictures are drawn from and, last of all, the manifest (snapshot.json) of a whole dataset."""
    from pipeline import report
    from pipeline.snapshot import finish

    finish(options.path)
    report.print_next(options.path)
    return OK


def _show(options: argparse.Namespace) -> int:
    """Tell tables, sizes, date range, and which farmers show which scenario."""
    from pipeline.report import print_dataset

    print_dataset(options.path)
    return OK


def _contract(options: argparse.Namespace) -> int:
    """Compare your Pydantic models with ours of the same names: field by field, and by sample records both ways.

    Exit code 1 if anything differs, 2 if the module cannot be imported or has no model of our names.
    """
    from pipeline.contract import compare_module

    found = compare_module(options.module)
    print(found.json_text() if options.format == "json" else found.text())
    return OK if found.ok else FINDINGS


def _corrupt(options: argparse.Namespace) -> int:
    """Copy a dataset, as JSON, with known faults of every kind that validation finds, told in defects.json.

    The same dataset, seed and number give the same bytes. Kinds that the dataset has no room for are named.
    """
    from pipeline.corrupt import corrupt

    made = corrupt(options.path, options.out, seed=options.seed, defects=options.defects, only=options.kinds)
    print(made.text())
    return OK
