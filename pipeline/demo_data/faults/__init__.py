"""Known faults: a copy of a dataset with faults of every kind that validation finds, and the ledger of them.

A kind bears the name of the rule that finds it. What a record's class and its keys demand is broken by `schema` and
`keys`, for any domain, out of its models alone; a domain's own rules by the planters in its tables' `faults` modules.
`data` holds the records, `draw` makes the seeded choices, `fresh_records` makes records that nothing refers to.
"""

from demo_data.faults.run import Corrupted, corrupt

__all__ = ["Corrupted", "corrupt"]
