"""How far a domain's rules see: what may be at fault, or be added, without a rule that minds it beside the class's.

A rule sees null in place of what is at fault. To one that looks at single records that says nothing; one that measures
records against each other may miss the value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demo_data.faults.data import Data, derived
from demo_data.schema.tree import references, tree
from demo_data.validation.rules import rules_of


@dataclass
class Reach:
    """Columns by table: those that records are known by, that rules of single records read, and that others do."""

    names: dict[str, set[str]]
    of_records: dict[str, set[str]] = field(default_factory=dict)
    of_tables: dict[str, set[str]] = field(default_factory=dict)

    def may_fail(self, table: str, path: str) -> bool:
        """Whether the value at the path may be at fault in any record."""
        read = self.names[table] | self.of_tables.get(table, set())
        return not any(_overlap(path, each) for each in read)

    def may_grow(self, table: str) -> bool:
        """Whether a record like another may be added under a name of its own."""
        return not self.of_tables.get(table) and not self.names[table] & self.of_records.get(table, set())


def _overlap(one: str, two: str) -> bool:
    """Whether one path is the other, or leads to it."""
    return f"{one}.".startswith(f"{two}.") or f"{two}.".startswith(f"{one}.")


@derived
def reach(data: Data) -> Reach:
    """How far the rules of the dataset's domain see."""
    domain = data.domain
    found = Reach({table: set(domain.key_fields(table)) for table in domain.models})
    for model in domain.models.values():
        for reference in references(model):
            if reference.key.field and reference.key.table in domain.models:
                found.names[reference.key.table].add(reference.key.field)
    for rule in rules_of(domain):
        for table in rule.needs or domain.models:
            columns = found.of_records if rule.by_row else found.of_tables
            columns.setdefault(table, set()).update(node.name for node in tree(domain.models[table]).children)
    return found
