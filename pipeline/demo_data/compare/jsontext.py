"""A comparison as one JSON object, for machines.

    format     1
    equal      whether all tables are the same
    bump       "major", "minor" or "none"
    old, new   {path, identity, profile, generator}: from the manifest, else null
    settings   [{path, old, new}]: settings of the recipes that differ; null where there is none
    notes      [text]: what should be known of the comparison
    tables     [{table, status, key, old_rows, new_rows, added, removed, changed, same, reordered, columns, fields,
               examples, added_keys, removed_keys, distributions, notes}]

`status` is "added", "removed", "changed" or "same". Counts are null where there is no table, or its rows were not
paired. `columns` are {path, change, old, new}, `change` being "added", "removed", "type" or "nullability". `fields` are
{path, rows}; `examples` {key, field, old, new}. `distributions` are {path, kind, score, old, new}; `old` and `new` hold
`count` and `nulls` and, by `kind`, `mean`, `min`, `p5`, `median`, `p95` and `max` ("number", "time"), `shares`
("shares") or `mean_length` ("list"); `old` is null for a column that was added. Moments and dates are ISO text; NaN,
infinities and bytes are text.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from demo_data.compare.result import Difference, bump
from demo_data.compare.values import plain

FORMAT = 1


def as_object(difference: Difference) -> dict[str, Any]:
    """The object, ready for `json.dumps`."""
    content = asdict(difference)
    top = {"format": FORMAT, "equal": difference.equal, "bump": bump(difference)}
    parts = {name: content[name] for name in ("old", "new", "settings", "notes")}
    whole: dict[str, Any] = plain(top | parts | {"tables": list(content["tables"].values())})
    return whole


def json_text(difference: Difference) -> str:
    """The object as text."""
    return json.dumps(as_object(difference), indent=2, ensure_ascii=False, allow_nan=False)
