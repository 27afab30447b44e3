from __future__ import annotations

import pytest

from demo_data.schema.marks import Keys
from demo_data.tea.reference import reference_keys, reference_rows


def test_rows() -> None:
    """Reference rows are the records of the table's file, in order."""
    assert [row["model_id"] for row in reference_rows("grading_models")] == ["tbk_kenya_tea_v1", "ktda_ternary_v1"]
    assert len({row["source_id"] for row in reference_rows("source_configs")}) == 3


def test_keys_over_all_rows() -> None:
    """Keys are those of every row's dict, in order of first appearance."""
    assert reference_keys("grading_models", "attributes") == Keys.of(
        "leaf_type", "coarse_subtype", "banji_hardness", "moisture_level"
    )
    assert list(reference_keys("grading_models", "grade_labels").names) == [
        "ACCEPT",
        "REJECT",
        "PREMIUM",
        "STANDARD",
    ]


def test_keys_below_a_null() -> None:
    """A dict inside a group that some rows do not have is found in those that have it."""
    requests = [row["ingestion"]["request"] for row in reference_rows("source_configs")]
    held = {key for request in requests if request for key in request["parameters"]}

    assert held == set(reference_keys("source_configs", "ingestion.request.parameters").names)
    assert held


def test_unknown_table() -> None:
    """A table without a file is an error."""
    with pytest.raises(FileNotFoundError):
        reference_rows("unknown")
