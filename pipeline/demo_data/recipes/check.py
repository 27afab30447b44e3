"""What the author of recipes is told: columns that are missing or misspelt, and names that mean nothing.

A column that the model has not is latent where others need it, and misspelt where nobody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, NamedTuple

from pydantic import TypeAdapter, ValidationError

from demo_data.common.errors import UsageError, nearest
from demo_data.domain import Domain
from demo_data.domain_check import entities, file_of, modules_of, place_of
from demo_data.recipes.check_time import EARLIER, time_faults
from demo_data.recipes.distributions import Chance, Distribution, Uniform, Weighted
from demo_data.recipes.recipe import LATER, Derived, Recipe, itself
from demo_data.schema.marks import Decimals
from demo_data.schema.tree import Node

_ALWAYS = ("rows", "settings", "noise")
_SUBSCRIPT = re.compile(r"""\[["']([\w.]+)["']\]""")

Recipes = Mapping[str, Recipe]


class Parameter(NamedTuple):
    """What a function's parameter stands for: a column of a table, nothing that lies in one, or a fault."""

    table: str = ""
    path: str = ""
    fault: str = ""


def recipe_faults(domain: Domain) -> list[str]:
    """What is wrong with the recipes of those tables whose classes are sound."""
    faults: list[str] = []
    recipes = _recipes(domain, faults)
    reads: set[tuple[str, str]] = set()
    for table, recipe in recipes.items():
        file = file_of(domain, f"{domain.tables[table]}.recipe")
        told = (
            *_tables(domain, recipe, recipes),
            *_options(recipe),
            *time_faults(recipe, recipes),
            *_distributions(recipe),
        )
        faults += [f"{file}: {message}" for message in told]
        for derived, owner in _functions(recipe, recipes):
            for name in derived.parameters:
                carries = name == EARLIER and derived is recipe.carried
                parameter = Parameter() if carries else _parameter(name, owner, recipes, domain)
                reads.add((parameter.table, parameter.path))
                if name.startswith("drawn__"):
                    reads.add((owner.table, name.removeprefix("drawn__").replace("__", ".")))
                if parameter.fault:
                    copied = derived.function is itself
                    what = (
                        f"{file}: {derived.names[0]} is" if copied else f"{place_of(domain, derived.function)}: reads"
                    )
                    faults.append(f"{what} {name!r}: {parameter.fault}")
        faults += [f"{file}: {circle}" for circle in _circles(recipe, recipes, domain)]
    for table, recipe in recipes.items():
        file = file_of(domain, f"{domain.tables[table]}.recipe")
        faults += [f"{file}: {message}" for message in _columns(domain, recipe, reads)]
    if len(recipes) == len(domain.tables) and all(recipe.sources() <= recipes.keys() for recipe in recipes.values()):
        try:
            _ = domain.levels
        except UsageError as error:
            faults.append(f"{file_of(domain, '')}: {error}; the ForeignKey that comes later is deferred=True")
        else:
            faults += [f"{file_of(domain, '')}: tables: {fault}" for fault in _order(domain, recipes)]
    return faults


def _recipes(domain: Domain, faults: list[str]) -> dict[str, Recipe]:
    """The recipes of the tables that have one, of the table's own class."""
    modules = {table: module for table, module in reversed([*modules_of(domain, "recipe", faults)]) if table}
    recipes = {}
    for table, kind in entities(domain)[0].items():
        file = file_of(domain, f"{domain.tables[table]}.recipe")
        recipe = getattr(modules.get(table), "recipe", None)
        if table not in modules:
            if not (domain.folder / domain.tables[table] / "recipe.py").exists():
                faults.append(f"{file}: is not there: how the columns of {table!r} come about is stated in it")
        elif not isinstance(recipe, Recipe):
            others = [name for name, value in vars(modules[table]).items() if isinstance(value, Recipe)]
            hint = f"did you mean {others[0]!r}?" if others else f"write recipe = Recipe({kind.__name__})"
            faults.append(f"{file}: nothing in it is a Recipe called 'recipe'; {hint}")
        elif recipe.model is not kind:
            faults.append(f"{file}: the recipe is of {recipe.model.__name__}, and the table's class is {kind.__name__}")
        else:
            recipes[table] = recipe
    return recipes


def _order(domain: Domain, recipes: Recipes) -> Iterator[str]:
    """Tables that stand before one that they need."""
    listed = list(domain.tables)
    for place, table in enumerate(listed):
        for late in [name for name in listed[place + 1 :] if name in recipes[table].sources()]:
            yield f"{table!r} needs {late!r}, which stands after it: parents come before their children"


def _tables(domain: Domain, recipe: Recipe, recipes: Recipes) -> Iterator[str]:
    """Faults in what a recipe says of other tables."""
    named = [(f"links: {link}", table) for link, table in recipe.links.items()]
    named += [(f"within: {recipe.within[0]}", recipe.within[1])] if recipe.within else []
    named += [("children", table) for table in recipe.children]
    for where, table in named:
        if table not in domain.tables:
            yield f"{where}: no table is called {table!r}; {nearest(table, domain.tables)}"
    if recipe.fan_out and not recipe.within:
        yield "expand() says how many rows each parent row has: name the parent, with within=(link, table)"
    for child in recipe.children:
        if recipe.within is None or (child in recipes and recipe.within[1] not in _above(recipes[child], recipes)):
            yield f"children: {child} is not cut by the rows that cut {recipe.table}: both need a common `within`"
    if recipe.scenarios and "scenario" not in _available(recipe):
        yield "scenarios: no column is called 'scenario': derive each row's place in the profile's list, or -1"


def _options(recipe: Recipe) -> Iterator[str]:
    """Faults in settings that are one of a few words."""
    taken = {"count", "joining", "id_prefix", "scenarios"} | {
        name for name, each in recipe.drawn.items() if each.settable
    }
    for name, words in recipe.options.items():
        if isinstance(words, str) or len(words) < 2:
            yield f"options: {name!r} leaves nothing to choose: name two words or more"
        if name in taken:
            yield f"options: {name!r} is a setting already: give it another name"


def _above(recipe: Recipe, recipes: Recipes) -> list[str]:
    """The tables whose rows cut a table, nearest first."""
    tables: list[str] = []
    while recipe.within and recipe.within[1] not in tables:
        tables.append(recipe.within[1])
        if recipe.within[1] not in recipes:
            break
        recipe = recipes[recipe.within[1]]
    return tables


def _distributions(recipe: Recipe) -> Iterator[str]:
    fields = {node.path: node for node in recipe.published if node.kind == "scalar"}
    for name, distribution in recipe.drawn.items():
        if fault := _distribution(distribution):
            yield f"{name}: {fault}"
        elif name in fields:
            yield from (f"{name}: {fault}" for fault in _forbidden(recipe, fields[name], distribution))


def _distribution(distribution: Distribution) -> str | None:
    if isinstance(distribution, Weighted):
        weights = distribution.weights.values()
        if any(weight < 0 for weight in weights):
            return "no weight is below 0"
        return None if abs(sum(weights) - 100) < 1e-9 else f"weights must sum to 100, not {sum(weights):g}"
    if isinstance(distribution, Chance) and not 0 <= distribution.percent <= 100:
        return f"a chance is from 0 to 100 percent, not {distribution.percent:g}"
    if isinstance(distribution, Uniform) and distribution.low > distribution.high:
        return f"nothing lies between {distribution.low:g} and {distribution.high:g}"
    return None


def _forbidden(recipe: Recipe, field: Node, distribution: Distribution) -> Iterator[str]:
    """What a field may be drawn as, and its class forbids."""
    values: Iterable[object] = ()
    if isinstance(distribution, Weighted):
        values = distribution.weights
    elif isinstance(distribution, Uniform) and field.type in (int, float):
        values = (distribution.low, distribution.high)
    kind: TypeAdapter[object] = TypeAdapter(Annotated[field.type, None, *field.marks])  # type: ignore[arg-type]
    for value in values:
        try:
            kind.validate_python(value)
        except ValidationError as error:
            yield f"{value!r} may be drawn, and {recipe.model.__name__} forbids it: {error.errors()[0]['msg']}"


def _functions(recipe: Recipe, recipes: Recipes) -> Iterator[tuple[Derived, Recipe]]:
    """Each function of a recipe, with the recipe whose columns it reads."""
    for derived in {id(each): each for each in recipe.columns.values() if isinstance(each, Derived)}.values():
        yield derived, recipe
    if recipe.carried:
        yield recipe.carried, recipe
    if recipe.fan_out and recipe.within and recipe.within[1] in recipes:
        yield recipe.fan_out, recipes[recipe.within[1]]


def _available(recipe: Recipe) -> set[str]:
    """All columns of a table, published and latent."""
    reference = [node.path for node in recipe.published] if recipe.reference else []
    link = recipe.within[:1] if recipe.within else ()
    return {*recipe.columns, *reference, *link, *(recipe.fan_out.names if recipe.fan_out else ())}


def _parameter(name: str, recipe: Recipe, recipes: Recipes, domain: Domain) -> Parameter:
    """What `engine.world.Block` makes of a parameter."""
    own, links = _available(recipe), dict([*recipe.links.items(), *([recipe.within] if recipe.within else [])])
    first, _, rest = name.partition("__")
    column = rest.replace("__", ".")
    if name in _ALWAYS or name in recipe.children:
        return Parameter()
    if (path := name.replace("__", ".")) in own:
        return Parameter(recipe.table, path)
    if first in ("drawn", "weights"):
        drawn = [path for path, each in recipe.drawn.items() if first == "drawn" or isinstance(each, Weighted)]
        return Parameter(fault="" if column in drawn else f"{column!r} is not drawn so; {nearest(column, drawn)}")
    if first.startswith(LATER):
        table = first.removeprefix(LATER)
        known = table in domain.tables
        return Parameter(fault="" if known else f"no table is called {table!r}; {nearest(table, domain.tables)}")
    link = first.removeprefix("all_")
    target = recipe.table if first == "every" else links.get(link)
    if target is None or not rest:
        reach = [
            *_ALWAYS,
            *recipe.children,
            *(path.replace(".", "__") for path in own),
            *(f"{link}__" for link in links),
        ]
        return Parameter(fault=f"{recipe.table} has no such column; {nearest(name, sorted(reach))}")
    if first in links and first not in own:
        return Parameter(fault=f"no column is called {first!r}: derive one, with each row's number of its {target}")
    if target not in recipes:
        return Parameter()  # which is at fault itself
    columns = _available(recipes[target])
    if column not in columns:
        return Parameter(fault=f"{target} has no column {column!r}; {nearest(column, sorted(columns))}")
    return Parameter(target, column)


def _circles(recipe: Recipe, recipes: Recipes, domain: Domain) -> Iterator[str]:
    """Columns that need each other, each circle once."""
    needs: dict[str, list[str]] = {}
    for name, column in recipe.columns.items():
        parameters = column.parameters if isinstance(column, Derived) else ()
        read = (_parameter(each, recipe, recipes, domain) for each in parameters)
        needs[name] = [each.path for each in read if each.table == recipe.table]
    done: set[str] = set()

    def circles(name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            yield f"columns need each other: {' -> '.join((*above[above.index(name) :], name))}"
        elif name not in done:
            for need in needs.get(name, ()):
                yield from circles(need, (*above, name))
            done.add(name)

    for name in needs:
        yield from circles(name, ())


def _columns(domain: Domain, recipe: Recipe, reads: set[tuple[str, str]]) -> Iterator[str]:
    """Fields that a recipe does not state, and columns that are no field's and are read by nobody."""
    kind, available = recipe.model.__name__, _available(recipe)
    fields = [node.path for node in recipe.published]
    by_engine = {"cells", "scenario", *recipe.links, *(["day"] if recipe.has_events else [])}
    latent = {*recipe.columns, *(recipe.fan_out.names if recipe.fan_out else ())} - {*fields, *by_engine}
    unread = sorted(name for name in latent if (recipe.table, name) not in reads)
    taken = _subscripts(domain) if unread else set()
    unread = [name for name in unread if name not in taken]
    for name in unread:
        yield f"{name!r} is no field of {kind}, and no column needs it; {nearest(name, fields)}"
    for node in recipe.published:
        item = node.children[0] if node.kind == "list" else node
        if node.path not in available:
            hint = (
                f"; did you mean it by {near[0]!r}?"
                if (near := [name for name in unread if _alike(name, node.path)])
                else ""
            )
            yield f"{kind}.{node.path}: how it comes about is not stated: draw, derive or copy it{hint}"
        elif node.path in recipe.columns and item.type is float and item.mark(Decimals) is None:
            yield f"{kind}.{node.path}: say to how many decimals it is rounded, like Annotated[float, Decimals(2)]"


def _alike(name: str, field: str) -> bool:
    return nearest(name, [field]).startswith("did you mean")


def _subscripts(domain: Domain) -> set[str]:
    """The columns that functions take out of `Columns`, by the text of the domain's modules."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in domain.folder.rglob("*.py"))
    return {name for text in texts for name in _SUBSCRIPT.findall(text)}
