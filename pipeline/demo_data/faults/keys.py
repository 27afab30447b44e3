"""Keys that come twice, and references that lead nowhere: in any domain, out of its models alone."""

from __future__ import annotations

from demo_data.faults.changes import add, adds
from demo_data.faults.data import Cannot, Data, at
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault
from demo_data.faults.planter import planter
from demo_data.faults.schema import Option, somewhere
from demo_data.faults.spots import unsure
from demo_data.schema.tree import references

NOWHERE = "NO-SUCH-ONE"


@planter("primary-key")
def key_again(data: Data, draw: Draw) -> Fault:
    """A second record with the key of another: single keys and composite ones."""
    for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)]):
        for row in draw.order(data.sizes[table]):
            record = data.pristine(table, row)
            locks = unsure(data, table, record, None)
            if locks is not None and data.unlocked(table, row):
                sentence = f"The key {data.key(table, row)!r} is that of record {row} already."
                return adds(data, add(data, table, record), sentence, requires=[(table, row)], locks=locks)
    raise Cannot("there is no record that could come twice without breaking other rules")


@planter("foreign-key")
def dangling(data: Data, draw: Draw) -> Fault:
    """A reference to nothing: in a field, a nested field or a list."""

    def options(table: str) -> list[Option]:
        here = [each for each in references(data.domain.models[table]) if data.sizes.get(each.key.table)]
        return [(each.path, each) for each in here if each.path not in data.domain.key_fields(table)]

    spot, path, reference = somewhere(data, draw, options, lambda spot, path: bool(spot.holds(path)))
    sentence = f"{NOWHERE!r} is not in {reference.key.table}."
    if reference.in_list:
        path = f"{path}[{len(at(spot.record, path) or ())}]"
    return spot.broken(path, NOWHERE, sentence)
