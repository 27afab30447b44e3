"""Keys that come twice, and references that lead nowhere: in any domain, out of its models alone."""

from __future__ import annotations

from demo_data.faults.data import Cannot, Data, at, first
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault
from demo_data.faults.planters import first_way, planter
from demo_data.faults.schema import anywhere
from demo_data.faults.spots import spots, unsure
from demo_data.schema.tree import Node, Reference, references

NOWHERE = "NO-SUCH-ONE"


@planter("primary-key")
def key_again(data: Data, draw: Draw) -> Fault:
    """A second record with the key of another: single keys and composite ones."""
    for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)]):
        for row in draw.order(data.sizes[table]):
            record = data.pristine(table, row)
            locks = unsure(data, table, record, None)
            moved = any(data.touched(table, row, name) for name in data.domain.key_fields(table))
            if locks is not None and data.unlocked(table, row) and not moved:
                sentence = f"The key {data.key(table, row)!r} is that of record {row} already."
                return Fault.added(data.add(table, record), sentence, requires=[(table, row)], locks=locks)
    raise Cannot("there is no record that could come twice without breaking other rules")


@planter("foreign-key")
def dangling(data: Data, draw: Draw) -> Fault:
    """A reference to nothing: in a field, a nested field or a list."""

    def options(root: Node) -> list[Reference]:
        here = [reference for reference in references(root.type) if data.sizes.get(reference.key.table)]
        return [reference for reference in here if reference.path not in data.domain.key_fields(reference.table)]

    def broken(way: tuple[str, Reference]) -> Fault:
        table, reference = way
        path, sentence = reference.path, f"{NOWHERE!r} is not in {reference.key.table}."
        spot = first(spot for spot in spots(data, draw, table, path) if spot.holds(path))
        item = f"[{len(at(spot.record, path) or ())}]" if reference.in_list else ""
        return spot.broken(f"{path}{item}", NOWHERE, sentence)

    return first_way(anywhere(data, draw, options), broken)
