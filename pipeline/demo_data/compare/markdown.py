"""A comparison as Markdown, for a pull request: a summary as a table, and what lies below it folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from demo_data.common.rendering import printable
from demo_data.compare import wording
from demo_data.compare.result import Difference, Table

LONGEST = 60_000
"""Characters of the whole. A comment on GitHub may have 65,536."""

LISTED = 20
"""Fields, distributions, columns and settings that are listed; how many more there are is said."""

_CELL = 400
"""Characters of one piece of text, before it is escaped."""

_CUT = "\n*Cut here, because comments may not be longer: `demo-data snapshot diff` tells the rest.*\n"


def markdown(difference: Difference) -> str:
    """The whole of it, at most `LONGEST` characters; what has no room is left out by whole blocks, and that is said."""
    parts, room = [], LONGEST - len(_CUT)
    for block in _blocks(difference):
        if len(block) > room:
            parts.append(_CUT)
            break
        parts.append(block)
        room -= len(block)
    return "".join(parts).rstrip("\n")


def escaped(text: str) -> str:
    """Text that shows as it stands, in a table's cell too: no markup, no HTML, no link, no mention of anybody."""
    line = printable(" ".join(text[:_CELL].split())) + ("..." if len(text) > _CELL else "")
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    line = re.sub(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)", r"\\\g<0>", line)
    line = re.sub(r"[@#]|:(?=//)", r"\g<0>&#8203;", line)
    return re.sub(r"^(\d+(?=[.)])|(?=[-+=>]))", r"\1\\", line)


def _blocks(difference: Difference) -> Iterator[str]:
    title = escaped(wording.title(difference))
    if difference.equal:
        yield f"**{title}**: {wording.unchanged(difference)}\n"
        return
    yield f"### {title}\n\n"
    generator = wording.generator(difference)
    about = [f"generator: {generator}"] if generator else []
    about += wording.first(list(map(wording.setting, difference.settings)), LISTED, "settings")
    about += wording.first([f"note: {note}" for note in difference.notes], LISTED, "notes")
    if about:
        yield _list(about) + "\n"
    yield _grid(
        ("table", "rows", "added", "removed", "changed", ""),
        [
            (table.table, wording.rows(table), *_counts(table), wording.verdict(table))
            for table in difference.tables.values()
        ],
    )
    yield f"\n{escaped(wording.version(difference))}\n"
    for table in difference.tables.values():
        if table.status == "changed":
            yield f"\n<details><summary>{escaped(table.table)}</summary>\n\n{_details(table)}\n</details>\n"


def _details(table: Table) -> str:
    lines = [f"note: {note}" for note in table.notes]
    lines += wording.first(list(map(wording.column, table.columns)), LISTED, "columns")
    for word, first, total in (
        ("added", table.added_keys, table.added),
        ("removed", table.removed_keys, table.removed),
    ):
        lines += [f"{word}: {wording.keys(first, total)}"] if first else []
    parts = [_list(lines)] if lines else []
    if table.fields:
        rows = [(field.path, f"{field.rows:,}", wording.examples(table, field.path)) for field in table.fields[:LISTED]]
        head = (f"field, of {wording.paired(table)}", "rows", "examples")
        parts.append(_grid(head, rows) + _more(table.fields))
    if table.distributions:
        spread = [
            (moved.path + ("" if moved.old else " (new)"), wording.moved(moved, whole=True))
            for moved in table.distributions[:LISTED]
        ]
        parts.append(_grid(("field", "distributions that moved"), spread) + _more(table.distributions))
    return "\n".join(parts)


def _list(lines: Iterable[str]) -> str:
    return "".join(f"- {escaped(line)}\n" for line in lines)


def _more(fields: Sequence[object]) -> str:
    return f"\n... and {len(fields) - LISTED:,} more fields\n" if len(fields) > LISTED else ""


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [[escaped(cell) for cell in row] for row in (head, *rows)]
    lines.insert(1, ["---:" if cell in ("rows", "added", "removed", "changed") else "---" for cell in head])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _counts(table: Table) -> Iterator[str]:
    return (f"{count:,}" if count else "" for count in (table.added, table.removed, table.changed))
