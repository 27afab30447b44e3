"""Known faults: a copy of a dataset with faults of every kind that validation finds, and the ledger of them.

A kind bears the name of the rule that finds it. What a record's class and its keys demand is broken by `schema` and
`keys`, for any domain, out of its models alone; a domain's own rules by planters, functions under `@planter` in the
`faults` module beside each rule. Such a module may also have two functions for its table:

    fresh_record(data, draw) -> Fresh            a record that can be added and nothing else refers to
    unsure(data, record, path) -> list[Place]    what no rule can tell while the value, or the record, is at fault
"""

from demo_data.faults.data import Cannot, Data, Record, at, derived, first, moment, written
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import Fresh, renamed, unused
from demo_data.faults.ledger import RECIPE, Also, Change, Fault, Place
from demo_data.faults.planter import Planter, planter, spoils
from demo_data.faults.run import Corrupted, corrupt

__all__ = [
    "RECIPE", "Also", "Cannot", "Change", "Corrupted", "Data", "Draw", "Fault", "Fresh", "Place", "Planter", "Record",
    "at", "corrupt", "derived", "first", "moment", "planter", "renamed", "spoils", "unused", "written",
]  # fmt: skip
