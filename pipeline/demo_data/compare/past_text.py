"""Whether the past stands, in lines for people, and as one JSON object for machines.

    format     1
    stands     whether all that had happened is the same
    old, new   {path, identity, profile, generator}
    day        the last day of the earlier dataset
    until      that of the later one
    tables     [{table, rows, passed, differences: [{what, rows, keys}], examples: [{key, field, old, new}]}]

`rows` of the earlier dataset were compared, and `passed` of them lie in files that both have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from demo_data.common.rendering import counted, printable
from demo_data.compare import wording
from demo_data.compare.past import Kept, Past
from demo_data.compare.values import plain, shown_pair

FORMAT = 1


def past_text(found: Past) -> str:
    """The whole of it in lines."""
    return "\n".join(_lines(found))


def past_json(found: Past) -> str:
    """The object as text."""
    content = asdict(found)
    tables = [
        {
            **{name: table[name] for name in ("table", "rows", "passed")},
            "differences": [dict(zip(("what", "rows", "keys"), reason, strict=True)) for reason in table["reasons"]],
            "examples": table["examples"],
        }
        for table in content["tables"].values()
    ]
    top = {"format": FORMAT, "stands": found.stands, **{name: content[name] for name in ("old", "new", "day", "until")}}
    return json.dumps(plain(top | {"tables": tables}), indent=2, ensure_ascii=False, allow_nan=False)


def _lines(found: Past) -> Iterator[str]:
    yield f"{wording.side(found.old)} up to {found.day} -> {wording.side(found.new)} up to {found.until}"
    rows, passed = (sum(getattr(table, name) for table in found.tables.values()) for name in ("rows", "passed"))
    read = f"{counted(len(found.tables), 'table')}: {counted(rows, 'row')} compared, {passed:,} in files that both have"
    if found.stands:
        yield f"The past stands: what had happened by {found.day} is the same ({read})."
        return
    yield f"The past does not stand: what had happened by {found.day} is not the same ({read})."
    for table in found.tables.values():
        if table.reasons:
            yield from _table(table)


def _table(table: Kept) -> Iterator[str]:
    yield ""
    yield f"{printable(table.table)}:"
    for what, rows, keys in table.reasons:
        yield f"  {what}: {rows:,}"
        if keys:
            yield f"    {wording.keys(keys, rows)}"
    for example in table.examples:
        key = wording.keys((example.key,), 1)
        yield f"  {key} {printable(example.field)}: {shown_pair(example.old, example.new)}"
