"""Known faults: a copy of a dataset with faults of every kind that validation finds, and the ledger of them.

`kinds` registers the kinds, one per rule of the checks; one file per theme plants them. `data` holds the records,
`draw` makes the seeded choices, `newcomers` makes records that nothing refers to, `run` puts it all together.
"""

from demo_data.faults.run import Corrupted, corrupt

__all__ = ["Corrupted", "corrupt"]
