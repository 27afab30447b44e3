"""The data that pictures draw, as CSV; of a dataset that goes on, only the rows of its newest months are made anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from demo_data.dataset import layout, store
from demo_data.dataset.atomic.scratch import scratch
from demo_data.domain import Domain


def write_plots(
    folder: Path,
    domain: Domain,
    into: Path,
    rows: Mapping[str, int] | None = None,
    earlier: tuple[Path, date] | None = None,
) -> None:
    """The data of the domain's pictures, as CSV in `plots/` of the directory `into`.

    `rows`: those of the tables, where they are known. `earlier`: the same dataset as of an earlier day, and that day.
    Of pictures whose rows tell of their own days alone (the module `pictures` lists them in `BY_DAYS`), those of the
    months before are taken from it.
    """
    target = into / layout.PLOTS_FOLDER
    target.mkdir(exist_ok=True)
    module = domain.module("pictures")
    for name in domain.pictures:
        if name == "rows":
            text = _csv(_rows(folder, domain, rows or {}))
        elif earlier and name in getattr(module, "BY_DAYS", ()):
            before, day = earlier
            first = _month_before(day)
            with _months_from(folder, domain, first) as recent:
                made = _csv(getattr(module, name)(recent))
            known = (before / layout.PLOTS_FOLDER / f"{name}.csv").read_text(encoding="utf-8")
            text = _joined(known, made, first)
        else:
            text = _csv(getattr(module, name)(folder))
        (target / f"{name}.csv").write_text(text, encoding="utf-8")


def drawn_from(domain: Domain, day: date) -> str:
    """The month (`2026-01`) from which on files of events are read for the pictures of a dataset that goes on from a
    day; empty where pictures read all of them.
    """
    by_days = {"rows", *getattr(domain.module("pictures"), "BY_DAYS", ())}
    return f"{_month_before(day):%Y-%m}" if by_days.issuperset(domain.pictures) else ""


def _month_before(day: date) -> date:
    """The first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _rows(folder: Path, domain: Domain, known: Mapping[str, int]) -> pa.Table:
    rows = {table: known.get(table, -1) for table in domain.models}
    rows |= {table: store.rows_of(layout.parts(folder, table)) for table in rows if rows[table] < 0}
    return pa.table({"table": [*rows], "rows": [*rows.values()]})


def _csv(made: Any) -> str:
    """What a picture's function has made, an Arrow table or a frame of Polars, as CSV."""
    table = made if isinstance(made, pa.Table) else pa.table(made)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(table.column_names)
    out.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return text.getvalue()


@contextmanager
def _months_from(folder: Path, domain: Domain, first: date) -> Iterator[Path]:
    """A directory that shows the dataset in `folder` without the files of events of the months before `first`."""
    with scratch() as view:
        (view / layout.RECIPE).symlink_to((folder / layout.RECIPE).resolve())
        for table, recipe in domain.recipes.items():
            path = folder / f"{table}.parquet"
            if not (path.is_dir() and recipe.has_events):
                (view / path.name).symlink_to(path.resolve())
                continue
            (view / path.name).mkdir()
            for part in layout.parts(folder, table):
                if part.name >= f"{first:%Y-%m}":
                    (view / path.name / part.name).symlink_to(part.resolve())
        yield view


def _joined(known: str, made: str, first: date) -> str:
    """The known rows of days before `first`, then those that were made of days from it on; a row begins with its day.

    A row of several days is of the first one: of a month before, all its days are over.
    """
    day = first.isoformat()
    head, *rows = made.splitlines(keepends=True)
    before = (row for row in known.splitlines(keepends=True)[1:] if (told := row.partition(",")[0]) < day[: len(told)])
    return "".join([head, *before, *(row for row in rows if (told := row.partition(",")[0]) >= day[: len(told)])])
