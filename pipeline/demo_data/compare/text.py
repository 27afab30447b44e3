"""A comparison in lines for people: what differs first, details per table below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from demo_data.common.rendering import printable
from demo_data.compare import wording
from demo_data.compare.result import Difference, Table

LISTED = 5
"""Fields, distributions and settings that are listed; how many more there are is said."""


def text(difference: Difference) -> str:
    """The whole of it; JSON (`jsontext`) leaves nothing out."""
    return "\n".join(_lines(difference))


def _lines(difference: Difference) -> Iterator[str]:
    yield wording.title(difference)
    if generator := wording.generator(difference):
        yield f"  generator: {generator}"
    yield from _listed("  ", list(map(wording.setting, difference.settings)), "settings")
    for note in difference.notes:
        yield f"  note: {printable(note)}"
    if difference.equal:
        yield wording.unchanged(difference)
        return
    yield ""
    yield from _summary(list(difference.tables.values()))
    yield ""
    yield wording.version(difference)
    for table in difference.tables.values():
        if table.status == "changed":
            yield from _details(table)


def _summary(tables: Sequence[Table]) -> Iterator[str]:
    name = max(len(printable(table.table)) for table in tables)
    rows = max(len(wording.rows(table)) for table in tables)
    yield f"{'table':{name}}  {'rows':>{rows}}{'added':>10}{'removed':>10}{'changed':>10}"
    for table in tables:
        counts = "".join(
            f"{f'{sign}{number:,}' if number else '':>10}"
            for sign, number in (("+", table.added), ("-", table.removed), ("~", table.changed))
        )
        line = f"{printable(table.table):{name}}  {wording.rows(table):>{rows}}{counts}  {wording.verdict(table)}"
        yield line.rstrip()


def _details(table: Table) -> Iterator[str]:
    yield ""
    yield f"{printable(table.table)}:"
    for note in table.notes:
        yield f"  note: {note}"
    for column in table.columns:
        yield f"  {wording.column(column)}"
    for sign, first, total in (("+", table.added_keys, table.added), ("-", table.removed_keys, table.removed)):
        if first:
            yield f"  {sign} {wording.keys(first, total)}"
    if table.fields:
        yield f"  fields that changed, of {wording.paired(table)}:"
        width = max(len(field.path) for field in table.fields[:LISTED])
        lines = [
            f"{printable(field.path):{width}} {field.rows:>9,}  {wording.examples(table, field.path)}".rstrip()
            for field in table.fields
        ]
        yield from _listed("    ", lines, "fields")
    if table.distributions:
        yield "  distributions that moved:"
        lines = [
            f"{printable(moved.path)}{'' if moved.old else ' (new)'}: {wording.moved(moved)}"
            for moved in table.distributions
        ]
        yield from _listed("    ", lines, "fields")


def _listed(indent: str, lines: Sequence[str], noun: str) -> Iterator[str]:
    most = LISTED + (len(lines) == LISTED + 1)  # a line that says that there is one more is no shorter than that one
    yield from (indent + line for line in wording.first(lines, most, noun))
