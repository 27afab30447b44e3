"""What changed between two datasets: schema, rows by primary key, values per field, distributions.

    from demo_data.compare import bump, diff
    changes = diff("data/demo-1.0.0", "data/demo")
    changes.equal, bump(changes), changes.tables["orders"].changed

Which module does what: `result` is what comes out; `dataset_side` opens a directory; `leaves` knows the columns of
Parquet files, nested ones by dotted path, and reads one at a time; `schema` compares them; `rows` pairs rows by key;
`fields` compares values; `stats` sums distributions up; `run` puts these together. `text`, `markdown` and `jsontext`
write it. `past` compares what had happened by the earlier one's last day; `past_text` writes that.

Memory: a table's keys are held whole, and of one column at a time its numbers, or, where the order of rows differs,
its values on one side. So memory grows with the number of rows, but not with what is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.compare.past import Past as Past
    from demo_data.compare.past import past_diff as past_diff
    from demo_data.compare.result import Difference as Difference
    from demo_data.compare.result import Setting as Setting
    from demo_data.compare.result import Table as Table
    from demo_data.compare.result import bump as bump
    from demo_data.compare.run import diff as diff
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
