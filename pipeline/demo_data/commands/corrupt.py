"""`demo-data corrupt`: plant known faults."""

from __future__ import annotations

import argparse

from demo_data.commands import pins
from demo_data.commands.options import OK, URL, Commands, as_json, dataset, number, outcome, place, positive, verb


def add(commands: Commands) -> None:
    command = verb(commands, "corrupt", run, "copy a dataset with known faults")
    command.add_argument("path", type=dataset, metavar="DIR", help=f"a sound dataset, {URL}")
    command.add_argument("--out", type=place, required=True, metavar="DIR", help="where the faulty copy goes")
    command.add_argument("--seed", type=number, default=1, metavar="N", help="which faults, and where (default: 1)")
    command.add_argument("--defects", type=positive, default=50, metavar="N", help="how many (default: 50)")
    command.add_argument(
        "--kind", action="append", default=[], metavar="NAME", dest="kinds", help="only this kind (repeatable)"
    )
    outcome(command)


def run(options: argparse.Namespace) -> int:
    """Copy a dataset, as JSON, with known faults of every kind that validation finds, told in defects.json.

    The same dataset, seed and number give the same bytes. Kinds that the dataset has no room for are named.
    Of more than 100,000 records a sample is at fault, and the largest tables stay Parquet.
    """
    from demo_data.faults import plant_faults

    made = plant_faults(
        pins.near(options.path),
        options.out,
        seed=options.seed,
        count=options.defects,
        only=options.kinds,
        domain=options.domain,
    )
    if not as_json(options, {"dataset": options.out, **made.ledger.as_json()}):
        print(made.text())
    return OK
