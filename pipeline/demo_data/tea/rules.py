"""What must hold of records of several tables: their moments, phones and email addresses."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from demo_data.schema.tree import tree
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.views import OFFICE, in_utc, last_day, local, world_end
from demo_data.validation import Skip
from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule

PHONES = {"farmers": "contact.phone", "factories": "contact.phone", "collection_points": "clerk_phone"}
EMAILS = {"farmers": "contact.email", "factories": "contact.email"}
EMAIL = r"^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"

FRIDAY = 5

REGISTERS = {"farmers": "registration_date", "factories": "created_at", "collection_points": "created_at"}
"""Tables that an office keeps, and when a record was entered."""

OPERATED = 500
"""Phones from which on operators are asked to have their shares."""

UNCHANGED = {
    "regions": "created_at",
    "factories": "created_at",
    "grading_models": "created_at",
    "farmer_performance": "historical.computed_at",
}
"""Tables whose records never change, and what tells when they became what they are."""

_PHONES = {table: columns(table, phone=path) for table, path in PHONES.items()}


@row_rule("nothing-later", "*", last_day, world_end)
def nothing_later(data: Dataset, last_day: date, world_end: datetime) -> RowViolations:
    """No moment is later than the last day, 21:00 in Kenya, and no date later than that day."""
    limits = {  # as expressions, made once: Polars takes its time over a moment
        datetime: (in_utc(world_end), "is after the dataset's end"),
        date: (pl.lit(last_day), "is after the dataset's last day"),
    }
    for name, table in data.tables.items():
        for node in tree(table.model).leaves():
            if node.type in limits:
                last, message = limits[node.type]
                yield RowViolation(node.path, pl.col(node.path) > last, f"{{{node.path}}} {message}", name)


@row_rule("created-updated", "*.created_at", "*.updated_at")
def created_updated(data: Dataset) -> RowViolations:
    """A record is created before it is updated, or at the same moment."""
    stamped = [name for name, table in data.tables.items() if "updated_at" in table.model.model_fields]
    for name in stamped:
        bad = pl.col("created_at") > pl.col("updated_at")
        yield RowViolation("updated_at", bad, "{updated_at} is before created_at, {created_at}", name)


@row_rule("nothing-happens", *(f"{table}.{path}" for table, path in UNCHANGED.items()), "*.updated_at")
def nothing_happens(data: Dataset) -> RowViolations:
    """Where nothing ever happens a record is as it was created: regions, factories, grading models. Performance is
    computed as a whole, and is created and updated when it is.
    """
    for table, path in UNCHANGED.items():
        if data.has(table):
            bad = pl.col("updated_at") != pl.col(path)
            yield RowViolation(
                "updated_at", bad, f"{{updated_at}} is not {path}, {{{path}}}: nothing happened since", table
            )


@row_rule("register-hours", *(f"{table}.{path}" for table, path in REGISTERS.items()))
def register_hours(_: Dataset) -> RowViolations:
    """Farmers, factories and collection points are put on record from Monday to Friday, 7:00 to 16:00, Kenya's time."""
    for table, path in REGISTERS.items():
        entered = local(path)
        at_work = entered.dt.time().is_between(*OFFICE) & (entered.dt.weekday() <= FRIDAY)
        yield RowViolation(path, ~at_work, f"{{{path}}} is no time at which a register is kept", table)


@row_rule("phone", *(f"{table}.{path}" for table, path in PHONES.items()))
def phone(_: Dataset) -> RowViolations:
    """A phone, where given, is +254 and nine digits, on a mobile prefix that is assigned in Kenya."""
    known = "|".join(str(prefix.prefix) for prefix in prefixes())
    for table, path in PHONES.items():
        bad = (pl.col(path) != "") & ~pl.col(path).str.contains(rf"^\+254(?:{known})[0-9]{{6}}$")
        message = f"{{{path}}} is no Kenyan mobile number (+254 and nine digits, an assigned prefix)"
        yield RowViolation(path, bad, message, table)


@rule("phone-unique", may_read=tuple(_PHONES.values()))
def phone_unique(data: Dataset) -> Violations:
    """No two farmers, factories or clerks share a phone."""
    there = [read(data).with_columns(table=pl.lit(table)) for table, read in _PHONES.items() if data.has(table)]
    if not there:
        return
    phones = pl.concat(there).filter(pl.col("phone") != "")
    again = phones.filter(~pl.col("phone").is_first_distinct())
    if again.height:
        firsts = phones.unique("phone", keep="first").select("phone", first="row", whose="table")
        again = again.join(firsts, on="phone", maintain_order="left")
    for table, path in PHONES.items():
        rows = again.filter(pl.col("table") == table)
        yield Violation(path, rows, "{phone} is the phone of {whose}[{first}] already", table)


@rule("phone-operators", may_read=tuple(_PHONES.values()))
def phone_operators(data: Dataset) -> Violations:
    """Of all phones, each operator's prefixes have the share that they have of Kenya's subscriptions: to 6 standard
    errors and 3 phones more.

    Skipped below 500 phones.
    """
    there = [read(data).select("phone") for table, read in _PHONES.items() if data.has(table)]
    if not there:
        return
    operators = {f"+254{prefix.prefix}": prefix.operator for prefix in prefixes()}
    operator = pl.col("phone").str.slice(0, 7).replace_strict(operators, default=None)
    phones = pl.concat(there).select(operator=operator).drop_nulls()
    if phones.height < OPERATED:
        raise Skip(f"there are {phones.height} phones, fewer than {OPERATED}")
    shares = pl.DataFrame(
        [(prefix.operator, prefix.weight) for prefix in prefixes()], ["operator", "share"], orient="row"
    )
    shares = shares.group_by("operator", maintain_order=True).agg(pl.col("share").sum() / shares["share"].sum())
    counts = shares.join(phones.group_by("operator").agg(phones=pl.len()), on="operator", how="left")
    counts = counts.with_columns(pl.col("phones").fill_null(0), due=pl.col("share") * phones.height)
    error = (pl.col("due") * (1 - pl.col("share"))).sqrt()
    wrong = counts.filter((pl.col("phones") - pl.col("due")).abs() > 6 * error + 3)
    table = next(table for table in PHONES if data.has(table))
    yield Violation(PHONES[table], wrong, "{phones} phones are of {operator}, and not about {due}", table)


@row_rule("email", *(f"{table}.{path}" for table, path in EMAILS.items()))
def email(_: Dataset) -> RowViolations:
    """An email address, where given, is well formed."""
    for table, path in EMAILS.items():
        bad = (pl.col(path) != "") & ~pl.col(path).str.contains(EMAIL)
        yield RowViolation(path, bad, f"{{{path}}} is no email address", table)
