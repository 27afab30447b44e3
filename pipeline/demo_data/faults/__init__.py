"""Known faults: a copy of a dataset with faults of every kind that validation finds, and the ledger of them.

A kind bears the name of the rule that finds it. What a record's class and its keys demand is broken by `schema` and
`keys`, for any domain, out of its models alone; a domain's own rules by planters, functions under `@planter` in the
`faults` module beside each rule. Such a module may also have two functions for its table:

    fresh_record(data, draw) -> Fresh            a record that can be added and nothing else refers to
    unsure(data, record, path) -> list[Place]    what no rule can tell while the value, or the record, is at fault
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.faults.data import Cannot as Cannot
    from demo_data.faults.data import Data as Data
    from demo_data.faults.data import Record as Record
    from demo_data.faults.data import derived as derived
    from demo_data.faults.data import first as first
    from demo_data.faults.data import moment as moment
    from demo_data.faults.data import written as written
    from demo_data.faults.draw import Draw as Draw
    from demo_data.faults.ledger import RECIPE as RECIPE
    from demo_data.faults.ledger import Also as Also
    from demo_data.faults.ledger import Change as Change
    from demo_data.faults.ledger import Fault as Fault
    from demo_data.faults.ledger import Place as Place
    from demo_data.faults.paths import at as at
    from demo_data.faults.planters import Planter as Planter
    from demo_data.faults.planters import planter as planter
    from demo_data.faults.planters import value_planter as value_planter
    from demo_data.faults.run import FaultyCopy as FaultyCopy
    from demo_data.faults.run import plant_faults as plant_faults
    from demo_data.faults.spots import Fresh as Fresh
    from demo_data.faults.spots import renamed as renamed
    from demo_data.faults.spots import unused as unused
    from demo_data.faults.spots import unused_in as unused_in
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
