"""`demo-data validate`: check a dataset."""

from __future__ import annotations

import argparse

from demo_data.commands import pins
from demo_data.commands.checkout import require_own_code
from demo_data.commands.options import FINDINGS, OK, TABLES, USAGE, Commands, dataset, place, size, verb


def add(commands: Commands) -> None:
    command = verb(commands, "validate", run, "check a dataset, ours or not")
    command.add_argument("path", type=dataset, metavar="DIR", help=TABLES)
    command.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="lines for people (default), one JSON object, or annotations of GitHub Actions",
    )
    command.add_argument(
        "--reference", type=dataset, metavar="DIR", help="foreign keys may also be satisfied by this directory's tables"
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
    command.add_argument("--report", type=place, metavar="FILE", help="also write the findings per rule as JSON")
    command.add_argument(
        "--memory",
        type=size,
        metavar="SIZE",
        help="what may be held at a time, about: 500MB, 2GB (default: 1GB, or a quarter of the machine's memory)",
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but findings")


def run(options: argparse.Namespace) -> int:
    """Check keys, references, fields and coherence.

    Exit code 1 if there is any error (warnings are none), 2 if there is nothing to check or a rule is at fault itself.
    """
    if options.report:
        require_own_code(options.report)
    from demo_data.validation import validate
    from demo_data.validation.formats import FORMATS

    result = validate(
        pins.near(options.path, quiet=options.quiet),
        reference=options.reference and pins.near(options.reference, quiet=options.quiet),
        models=options.models,
        strict=options.strict,
        domain=options.domain,
        memory=options.memory,
    )
    result.path = str(options.path)
    if options.report:
        from demo_data.dataset.atomic import write_text
        from demo_data.report import validation_text

        write_text(options.report, validation_text(result))
    if options.format == "json" or not options.quiet or result.violations or result.faulty:
        print(FORMATS[options.format](result))
    if result.faulty:
        return USAGE
    return OK if result.ok else FINDINGS
