"""What the author of planters is told: rules and tables that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from demo_data.common.errors import nearest
from demo_data.domain import Domain
from demo_data.domain_check import entities, file_of, modules_of, values_of
from demo_data.faults import schema
from demo_data.faults.paths import no_field
from demo_data.faults.planters import Planter
from demo_data.validation.rules import Rule
from demo_data.validation.run import SCHEMA_RULES


def planter_faults(domain: Domain) -> list[str]:
    """What is wrong with a domain's planters, where its rules can be read."""
    faults: list[str] = []
    own = {rule.name for _, module in modules_of(domain, "rules", []) for rule in values_of(module, Rule)}
    rules = sorted({*own, *SCHEMA_RULES, *(planter.rule for planter in values_of(schema, Planter))})
    classes = entities(domain)[0]
    tables = [*domain.tables, *domain.external_tables]
    for name, planter in named_planters(domain, faults):
        if planter.rule not in rules:
            faults.append(f"{name} breaks {planter.rule!r}, which is no rule; {nearest(planter.rule, rules)}")
        faults += [
            f"{name} needs {table!r}, which is no table; {nearest(table, tables)}"
            for table in planter.needs
            if table not in tables
        ]
        table = next(iter(planter.needs), "")
        if planter.path and table in classes and (fault := no_field(classes[table], planter.path)):
            faults.append(f"{name}: {fault}")
    return list(dict.fromkeys(faults))


def named_planters(domain: Domain, faults: list[str]) -> Iterator[tuple[str, Planter]]:
    """A domain's planters, each called by its file and its name; what hinders others is added to `faults`."""
    for _, module in modules_of(domain, "faults", faults):
        file = file_of(domain, module.__name__.removeprefix(f"{domain.package}."))
        yield from ((f"{file}: {name}", each) for name, each in vars(module).items() if isinstance(each, Planter))
