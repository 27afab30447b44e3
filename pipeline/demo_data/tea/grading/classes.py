"""What the grading models count in a bag: attributes of leaves, the classes of each, and the labels of their grades."""

from __future__ import annotations

from demo_data.schema import Keys
from demo_data.tea.reference import reference_rows


def _classes() -> dict[str, Keys | None]:
    classes: dict[str, dict[str, None]] = {}
    for row in reference_rows("grading_models"):
        for attribute, counted in row["attributes"].items():
            classes.setdefault(attribute, {}).update(dict.fromkeys(counted["classes"]))
    return {attribute: Keys.of(*names) for attribute, names in classes.items()}


ATTRIBUTES = Keys(_classes())
"""Every attribute that any model counts, with all its classes."""

CLASSES: tuple[tuple[str, str], ...] = tuple(
    (attribute, name) for attribute, below in ATTRIBUTES.names.items() if below for name in below.names
)
"""Every (attribute, class) over all models."""

LABELS = Keys.of(*(label for row in reference_rows("grading_models") for label in row["grade_labels"].values()))
"""Every display label of a grade."""
