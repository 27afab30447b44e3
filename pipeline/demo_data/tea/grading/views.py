"""Grading models as the rules read them from their table: attributes, classes, rejections, labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import polars as pl

from demo_data.validation import Dataset, Skip, columns, view

BAG = "extracted_fields.bag_summary."
LEAF_TYPE = "leaf_type"
LEAF_TYPES = f"{BAG}leaf_type_distribution."
REJECT = "REJECT"


@dataclass(frozen=True)
class Grading:
    """One grading model. `rejects` are (attribute, classes); `conditions` are (type, attribute, classes):
    of the leaves of that type, those with these classes of the attribute are rejected too.
    """

    model: str
    version: str | None
    attributes: Mapping[str, Sequence[str]]
    rejects: Sequence[tuple[str, Sequence[str]]]
    conditions: Sequence[tuple[str, str, Sequence[str]]]
    labels: Mapping[str, str]

    def rejected(self, columns: Set[str]) -> pl.Expr:
        """The number of rejected leaves of a document."""
        conditions = [(attribute, names) for _, attribute, names in self.conditions]
        rejected = [counts(columns, attribute, names) for attribute, names in (*self.rejects, *conditions)]
        return pl.sum_horizontal(pl.lit(0), *(count for count in rejected if count is not None))

    def applies_to(self, attribute: str) -> list[str]:
        """The leaf types that an attribute is counted for; none listed where it is counted for all."""
        return [kind for kind, then, _ in self.conditions if then == attribute]

    def named_after(self, attribute: str) -> str | None:
        """The leaf type that an attribute with a class `none` is about: `coarse_subtype` is about `coarse_leaf`."""
        stem = attribute.partition("_")[0]
        kinds = self.attributes[LEAF_TYPE] if "none" in self.attributes[attribute] else ()
        return next((kind for kind in kinds if kind in (stem, f"{stem}_leaf")), None)

    @property
    def accepted(self) -> list[str]:
        """The leaf types that are not rejected whatever their other attributes, best first."""
        refused = {name for attribute, names in self.rejects if attribute == LEAF_TYPE for name in names}
        return [kind for kind in self.attributes[LEAF_TYPE] if kind not in refused]

    @property
    def grades(self) -> list[str]:
        """The display labels, best first: that of REJECT is the last."""
        return [self.labels[grade] for grade in sorted(self.labels, key=REJECT.__eq__)]

    def label_of(self, kind: str) -> str:
        """The label of an accepted leaf type: the best type has the first label, the others the last but REJECT's."""
        own = [label for grade, label in self.labels.items() if grade != REJECT]
        return own[min(self.accepted.index(kind), len(own) - 1)] if own else ""


@view(
    columns(
        "grading_models",
        "model_id",
        "model_version",
        "attributes.*",
        "grade_rules.reject_conditions.*",
        "grade_labels.*",
        "grade_rules.conditional_reject",
    )
)
def gradings(data: Dataset, models: pl.DataFrame) -> list[Grading]:
    """The grading models of a dataset that count leaf types. Raises Skip where one of them is at fault."""
    if data.table("grading_models").invalid:
        raise Skip("a grading model is at fault")

    def below(prefix: str, suffix: str = "") -> dict[str, str]:
        return {
            path: path.removeprefix(prefix).removesuffix(suffix)
            for path in models.columns
            if path.startswith(prefix) and path.endswith(suffix)
        }

    attributes = below("attributes.", ".classes")
    rejects, labels = below("grade_rules.reject_conditions."), below("grade_labels.")
    known = []
    for row in models.iter_rows(named=True):
        grading = Grading(
            model=row["model_id"],
            version=row["model_version"],
            attributes=_given(row, attributes),
            rejects=list(_given(row, rejects).items()),
            conditions=[
                (condition["if_value"], condition["then_attribute"], condition["reject_values"])
                for condition in row["grade_rules.conditional_reject"] or ()
                if condition["if_attribute"] == LEAF_TYPE
            ],
            labels=_given(row, labels),
        )
        if row["model_id"] is not None and LEAF_TYPE in grading.attributes:
            known.append(grading)
    return known


def count_path(attribute: str, name: str) -> str:
    """The column of a document that counts the leaves of a class."""
    return f"{LEAF_TYPES}{name}" if attribute == LEAF_TYPE else f"extracted_fields.leaf_analysis.{attribute}.{name}"


def counts(columns: Set[str], attribute: str, names: Iterable[str]) -> pl.Expr | None:
    """The number of leaves in any of the classes; None where no such class is a column."""
    paths = [path for path in (count_path(attribute, name) for name in names) if path in columns]
    return pl.sum_horizontal(pl.col(path) for path in paths) if paths else None


def _given(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: row[path] for path, name in names.items() if row[path] is not None}
