"""A rule says which columns it reads, lies with the table that it accuses, and shares nothing with the recipes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.dataset.recipe_file import read_recipe
from demo_data.domain import Domain
from demo_data.schema.record import Record
from demo_data.tea import DOMAIN
from demo_data.validation.dataset import Dataset
from demo_data.validation.demands import demands
from demo_data.validation.discover import discover
from demo_data.validation.errors import Absent, Skip
from demo_data.validation.report import Report
from demo_data.validation.rules import (
    ModelRule,
    RowViolation,
    Rule,
    Source,
    Violation,
    columns,
    row_rule,
    rule,
    rules_of,
    view,
)
from demo_data.validation.run import _tables


class Watched(Dataset):
    """A dataset that notes which columns are read of it."""

    def __init__(self, folder: Path) -> None:
        report = Report(str(folder))
        super().__init__(DOMAIN, _tables(discover(folder, DOMAIN), DOMAIN, report), read_recipe(folder / "recipe.json"))
        self.read: set[str] = set()

    def frame(self, table: str, *paths: str) -> pl.DataFrame:
        self.read |= {f"{table}.{path}" for path in paths}
        return super().frame(table, *paths)


def reads(rule: Rule, data: Watched) -> set[str]:
    """The columns that a rule reads, for the first time in this dataset."""
    data.views.clear()
    data.read.clear()
    try:
        for each in rule(data):
            if isinstance(each, RowViolation):
                data.read |= {f"{each.table}.{path}" for path in each.reads - {"row"}}
    except (Absent, Skip):
        pass
    return data.read


def maybe(reader: Source[Any]) -> Iterator[Source[Any]]:
    """What a rule, and the views that it reads, may read if need be."""
    yield from reader.may_read
    for source in (*reader.sources, *reader.may_read):
        yield from maybe(source)


@pytest.fixture(scope="module")
def watched(demo_dir: Path) -> Watched:
    return Watched(demo_dir)


@pytest.mark.parametrize("rule", rules_of(DOMAIN), ids=lambda rule: rule.name)
def test_a_rule_reads_what_it_names(rule: Rule, watched: Watched) -> None:
    """Every column that it reads is among those it names, and it reads each of these."""
    found = reads(rule, watched)
    assert {each for each in found if not any(fnmatchcase(each, name) for name in rule.reads)} == set()
    always = set(rule.reads) - {name for source in maybe(rule) for name in source.reads}
    assert {name for name in always if not any(fnmatchcase(each, name) for each in found)} == set()


@pytest.mark.parametrize("rule", [rule for rule in rules_of(DOMAIN) if rule.table], ids=lambda rule: rule.name)
def test_a_rule_lies_with_the_table_that_it_accuses(rule: Rule, watched: Watched) -> None:
    """It reads this table, and every field that it accuses is one of this table's, unless it says otherwise."""
    assert any(name.startswith(f"{rule.table}.") for name in rule.reads)
    watched.views.clear()
    try:
        for each in rule(watched):
            assert [path for path in watched.columns(each.table) if path.startswith(each.field or "")], each
    except (Absent, Skip):
        pass


def test_names_are_given_once() -> None:
    """No two rules have one name."""
    names = [rule.name for rule in rules_of(DOMAIN)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", ["rules", "views"])
def test_rules_import_no_recipe(kind: str) -> None:
    """What rules and their views import is no recipe, and no rules of another table."""
    folder = Path(str(DOMAIN.module("views").__file__)).parent  # type: ignore[union-attr]
    paths = [path for path in folder.rglob("*.py") if kind in (path.stem, path.parent.name)]
    assert len(paths) > 5
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                last = name.rpartition(".")[2]
                assert not {"recipe", "engine"} & {*name.split(".")}, f"{path} imports {name}"
                assert not (name.startswith(DOMAIN.package) and last == "rules"), f"{path} imports {name}"


def test_classes_within_records_have_their_rules() -> None:
    """Every class that has a validator of its own is told in columns too."""
    told = {each.model for _, each in DOMAIN.stated("rules", ModelRule)}
    assert told == {model for model in _records() if model.__pydantic_decorators__.model_validators}
    assert {each.rule for table in DOMAIN.models for each in demands(DOMAIN, table)[0]} >= {"model-rule"}


def _records() -> set[type[Record]]:
    def below(kind: type[Record]) -> set[type[Record]]:
        return {kind, *(each for sub in kind.__subclasses__() for each in below(sub))}

    return {each for each in below(Record) if each.__module__.startswith(DOMAIN.package)}


def test_a_view_is_computed_once(watched: Watched) -> None:
    """However many rules read it; and what it reads counts as theirs."""
    calls = []

    @view(columns("farmers", "id"))
    def farmers(_: Dataset, rows: pl.DataFrame) -> int:
        calls.append(rows.height)
        return rows.height

    @rule("one", farmers, columns("regions", name="region_id"))
    def one(_: Dataset, number: int, regions: pl.DataFrame) -> list[Violation]:
        """Nothing."""
        return [Violation("name", regions, f"{number} farmers")]

    assert (one.needs, one.reads) == (("farmers", "regions"), ("farmers.id", "regions.region_id"))
    assert [each.rows.columns for _ in range(2) for each in one(watched)] == [["row", "name"]] * 2
    assert len(calls) == 1


def test_a_rule_without_its_table_is_skipped() -> None:
    """A rule of single records needs the table that it lies with."""

    @row_rule("two", "id")
    def two(_: Dataset) -> list[RowViolation]:
        return []

    assert two.at("farmers").needs == ("farmers",)
    assert two.needs == ()


def test_another_domain_has_other_rules() -> None:
    """Nothing of one domain's rules is known of another."""
    empty = Domain("tests.validation:NOTHING", tables={}, title="nothing", notice="nothing")
    assert rules_of(empty) == ()
