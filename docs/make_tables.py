"""Writes the reference of every table from the domain: `python docs/make_tables.py`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import annotated_types as at

from demo_data.profile import Settings, load_profile
from demo_data.recipes.distributions import Chance, Distribution, Normal, Uniform, Unit, Weighted
from demo_data.recipes.recipe import Count, Derived, Recipe
from demo_data.schema.arrow import arrow_type
from demo_data.schema.marks import Decimals, ForeignKey, PrimaryKey
from demo_data.schema.tree import Node, tree
from demo_data.tea import DOMAIN

PAGE = Path(__file__).parent / "tables.md"
HEAD = """\
# Tables

Every table, column by column. `docs/make_tables.py` writes this page from the models and recipes in
`pipeline/demo_data/tea/`, so do not edit it: run `make generated`.

- **Column**: the dotted path. In Parquet a dot is a field of a struct; in JSON it is a key of an object. `[]` is each
  item of a list, and `<key>` is each of the keys that are listed.
- **Type**: the Parquet type. `?` means that the value may be null. In JSON, a null under `<key>` is left out.
- **Limits**: primary key (PK), foreign key (FK), bounds, pattern, decimals. A *deferred* foreign key points to a table
  of a later level. An *if present* one is checked only where its target lies in the dataset.
- **How it comes about**: drawn from a distribution, or derived. *Noise* is stateless: it depends on seed, table,
  column and row. *(profile)*: a profile may set it. *With* another column: the same function gives both.
- **Latent columns** are not published. Other columns are derived from them.
- **Settings** are what a profile may set, with the defaults.
"""


def reference() -> str:
    """The page."""
    settings = load_profile("minimal", domain=DOMAIN)
    parts = [HEAD]
    for number, tables in enumerate(DOMAIN.levels):
        parts += [_table(DOMAIN.recipes[table], number, settings) for table in tables]
    return "\n".join(parts)


def _table(recipe: Recipe, level: int, settings: Settings) -> str:
    lines = [f"## {recipe.table}", "", _text(recipe.model), ""]
    lines += [f"Level {level}. {_rows(recipe)}", ""]
    lines += ["| column | type | limits | how it comes about |", "|---|---|---|---|"]
    told: dict[int, str] = {}
    for node in tree(recipe.model).children:
        lines += [_row(*found) for found in _below(recipe, node, told)]
    published = {node.path for node in tree(recipe.model).leaves()}
    names = [*(recipe.fan_out.names if recipe.fan_out else ()), *(n for n in recipe.columns if n not in published)]
    if names:
        lines += ["", "Latent columns:", ""]
        lines += [f"- `{name}`: {_how(recipe, name, told)}" for name in names]
    own = [key for key in settings.values if key.startswith(f"{recipe.table}.")]
    if own:
        lines += ["", "Settings:", ""]
        lines += [f"- `{key}`{_default(key, settings.values[key])}" for key in own]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


class _Probe(Settings):
    """Settings that note what is asked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.domain, settings.name, settings.values)
        self.read: set[str] = set()

    def __getitem__(self, path: str) -> Any:
        self.read.add(path)
        return super().__getitem__(path)


def _rows(recipe: Recipe) -> str:
    if recipe.within and recipe.fan_out:
        return f"Rows: as many per row of `{recipe.within[1]}` as its schedule says."
    if recipe.within:
        return f"Rows: one per row of `{recipe.within[1]}`."
    if isinstance(recipe.count, Count):
        return f"Rows: the setting `{recipe.table}.count`."
    probe = _Probe(load_profile("minimal", domain=DOMAIN))
    recipe.count(probe)
    read = " x ".join(f"`{key}`" for key in sorted(probe.read, reverse=True))
    return f"Rows: {read}." if read else f"Rows: those of `pipeline/demo_data/tea/reference/{recipe.table}.json`."


def _below(recipe: Recipe, node: Node, told: dict[int, str]) -> Iterator[tuple[str, str, str, str]]:
    """The page's rows for a node; `told` keeps what is already said of functions that give several columns."""
    if node.kind == "dict" and all(child.kind == "scalar" and child.optional for child in node.children):
        keys = ", ".join(f"`{child.name}`" for child in node.children)
        first = node.children[0]
        limits = "; ".join((f"keys {keys}", *_limits(first)))
        yield f"`{node.path}.<key>`", _type(first), limits, _how(recipe, first.path, told)
    elif node.kind in ("record", "dict"):
        if node.kind == "record" and node.optional:
            yield f"`{node.path}`", "struct?", "", ""
        for child in node.children:
            yield from _below(recipe, child, told)
    elif node.kind == "list" and node.children[0].kind == "record":
        yield f"`{node.path}`", "list of struct", "; ".join(_limits(node)), _how(recipe, node.path, told)
        for child in node.children[0].children:
            yield from _below(recipe, child, told)
    else:
        yield f"`{node.path}`", _type(node), "; ".join(_limits(node)), _how(recipe, node.path, told)


def _type(node: Node) -> str:
    if node.kind == "list":
        return f"list of {_type(node.children[0])}"
    text = {datetime.datetime: "timestamp (UTC)", datetime.date: "date"}.get(node.type) or str(arrow_type(node))
    return text + ("?" if node.optional else "")


def _limits(node: Node) -> Iterator[str]:
    yield from _marks(node)
    if node.kind == "list":
        yield from (f"each {said}" if said[0] in "<>`lo" else said for said in _marks(node.children[0]))


def _marks(node: Node) -> Iterator[str]:
    if isinstance(node.type, type) and issubclass(node.type, Enum):
        yield "one of " + ", ".join(f"`{member.value}`" for member in node.type)
    if get_origin(node.type) is Literal:
        yield "one of " + ", ".join(f"`{word}`" for word in get_args(node.type))
    for mark in node.marks:
        yield from _mark(mark)


def _mark(mark: Any) -> Iterator[str]:
    if isinstance(mark, PrimaryKey):
        yield "PK"
    elif isinstance(mark, ForeignKey):
        also = " (deferred)" if mark.deferred else " (if present)" if mark.if_present else ""
        yield f"FK to `{mark.target}`{also}"
    elif isinstance(mark, Decimals):
        yield f"{mark.places} decimal{'s' if mark.places != 1 else ''}"
    elif isinstance(mark, at.MinLen):
        yield f"length >= {mark.min_length}"
    elif isinstance(mark, at.MaxLen):
        yield f"length <= {mark.max_length}"
    elif isinstance(mark, at.Ge | at.Gt | at.Le | at.Lt):
        word, sign = {at.Ge: ("ge", ">="), at.Gt: ("gt", ">"), at.Le: ("le", "<="), at.Lt: ("lt", "<")}[type(mark)]
        yield f"{sign} {getattr(mark, word):g}"
    elif pattern := getattr(mark, "pattern", None):
        yield f"`{pattern}`"


def _how(recipe: Recipe, name: str, told: dict[int, str]) -> str:
    """How one column comes about, in a sentence or two."""
    found = recipe.columns.get(name)
    drawn = recipe.drawn.get(name)
    if recipe.fan_out and name in recipe.fan_out.names:
        found = recipe.fan_out
    said = [_drawn(drawn)] if drawn else []
    if isinstance(found, Derived):
        if (first := told.setdefault(id(found), name)) != name:
            return f"With `{first}`."
        said += [_text(found.function), _from(recipe, found, name)]
    elif found is None:
        said.append("Reference data.")
    return " ".join(filter(None, said))


def _drawn(distribution: Distribution) -> str:
    if isinstance(distribution, Weighted):
        weights = ", ".join(f"`{word}` {weight:g}" for word, weight in distribution.weights.items())
        return f"Drawn by weight: {weights} *(profile)*."
    if isinstance(distribution, Chance):
        return f"Drawn: true in {distribution.percent:g} % *(profile)*."
    if isinstance(distribution, Uniform):
        return f"Drawn evenly from {distribution.low:g} to {distribution.high:g}."
    if isinstance(distribution, Normal):
        return f"Drawn: normal, mean {distribution.mean:g}, deviation {distribution.deviation:g}."
    assert isinstance(distribution, Unit)
    return "Drawn evenly from 0 to 1."


def _from(recipe: Recipe, derived: Derived, name: str) -> str:
    parents = {**recipe.links, **dict([recipe.within] if recipe.within else ())}
    sources: dict[str, None] = {}
    for parameter in derived.parameters:
        if parameter in ("rows", "cells", "settings", "noise"):
            continue
        path = parameter.replace("__", ".")
        first, _, rest = path.partition(".")
        link = first.removeprefix("all_")
        if path in recipe.columns or path in (recipe.fan_out.names if recipe.fan_out else ()):
            sources[f"`{path}`"] = None
        elif first in ("drawn", "weights"):
            sources |= {} if rest == name else {f"`{rest}` as drawn": None}
        elif first == "every":
            sources[f"`{rest}` of all rows"] = None
        elif first.startswith("later_"):
            sources[f"`{first.removeprefix('later_')}`"] = None
        elif link in parents and rest:
            sources[f"`{parents[link]}.{rest}`"] = None
        elif path in parents:
            sources[f"its row of `{parents[path]}`"] = None
        else:
            sources[f"`{path}`"] = None
    if "noise" in derived.parameters:
        sources["noise"] = None
    if not sources and {"rows", "cells"} & set(derived.parameters):
        sources["the row number"] = None
    return f"From {', '.join(sources)}." if sources else ""


def _text(thing: Any) -> str:
    """The first paragraph of a docstring."""
    paragraph = (thing.__doc__ or "").strip().partition("\n\n")[0]
    text = " ".join(paragraph.split())
    return text if not text or text.endswith((".", ":")) else f"{text}."


def _default(key: str, value: Any) -> str:
    if key.endswith(".count"):
        count = DOMAIN.recipes[key.removesuffix(".count")].count
        assert isinstance(count, Count)
        return f": {count.default}"
    if key.endswith(".scenarios"):
        table = key.removesuffix(".scenarios")
        return f": by scenario, a number of {table} or a percentage such as `10%`; none by default"
    if isinstance(value, dict):
        return ": " + ", ".join(f"`{word}` {weight:g}" for word, weight in value.items())
    return f": `{value}`" if isinstance(value, str) else f": {value:g} %"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
