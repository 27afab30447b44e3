"""Known faults: a copy of a dataset with faults of every kind that validation finds, and the ledger of them.

A kind bears the name of the rule that finds it. What a record's class and its keys demand is broken by `schema` and
`keys`, for any domain, out of its models alone; a domain's own rules by the planters in its tables' `faults` modules.
`data` holds the records, `draw` makes the seeded choices, `fresh_records` makes records that nothing refers to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.faults.changes import add as add
    from demo_data.faults.changes import adds as adds
    from demo_data.faults.changes import sets as sets
    from demo_data.faults.data import Data as Data
    from demo_data.faults.draw import Draw as Draw
    from demo_data.faults.ledger import Fault as Fault
    from demo_data.faults.planter import planter as planter
    from demo_data.faults.run import Corrupted as Corrupted
    from demo_data.faults.run import corrupt as corrupt
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
