"""Faults in leaf counts, percentages and grades."""

from __future__ import annotations

from demo_data.faults.changes import put, sets
from demo_data.faults.data import Cannot, Data, Record, at, local_day
from demo_data.faults.draw import Draw
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Change, Fault
from demo_data.tea.faults.deliveries import DOCUMENTS
from demo_data.tea.grading.classes import CLASSES

BAG = "extracted_fields.bag_summary"
WINDOWS = {"30d": 30, "90d": 90, "year": 365}
LEAF_TYPE = "leaf_type"
_PERFORMANCE = "farmer_performance"


def _model(data: Data, document: Record) -> Record:
    """The document's grading model; empty where there is none, or where no leaves are counted."""
    own = at(document, "extracted_fields.grading_model_id")
    counted = at(document, f"{BAG}.leaf_type_distribution")
    return next((each for each in data["grading_models"] if counted and each["model_id"] == own), {})


def _path(attribute: str, name: str) -> str:
    group = f"{BAG}.leaf_type_distribution" if attribute == LEAF_TYPE else f"extracted_fields.leaf_analysis.{attribute}"
    return f"{group}.{name}"


@plants("leaf-classes", DOCUMENTS, "grading_models")
def foreign_class(data: Data, draw: Draw) -> Fault:
    """No leaf is counted by another model's class of leaf; but the class stands there."""
    row = data.row(draw, DOCUMENTS, lambda each: _model(data, each))
    model = _model(data, data[DOCUMENTS][row])
    own = {(attribute, name) for attribute, each in model["attributes"].items() for name in each["classes"]}
    foreign = [name for attribute, name in CLASSES if attribute == LEAF_TYPE and (attribute, name) not in own]
    path = _path(LEAF_TYPE, draw.shuffled(foreign)[0])
    return sets(data, DOCUMENTS, row, path, 0, f"{model['model_id']} does not have this class of leaves.")


@plants("leaf-counts", DOCUMENTS, "grading_models")
def leaf_too_many(data: Data, draw: Draw) -> Fault:
    """A leaf too many in a class that decides nothing. The performance, which adds them up, goes along."""
    for row in data.rows(draw, DOCUMENTS, lambda each: _model(data, each) and _performance(data, each) is not None):
        document = data[DOCUMENTS][row]
        model = _model(data, document)
        days = (data.as_of - local_day(document["ingestion"]["received_at"])).days
        for attribute, name in draw.shuffled(_idle_classes(model)):
            old = at(document, _path(attribute, name))
            if days == 0 or not isinstance(old, int):
                continue
            performance = _performance(data, document) or []
            sums = [
                change
                for window, length in WINDOWS.items()
                if days < length
                for each in performance
                for change in _one_more(data, each, f"historical.attribute_distributions_{window}.{attribute}.{name}")
            ]
            sentence = f"The counts of {attribute} do not add up."
            return sets(data, DOCUMENTS, row, _path(attribute, name), old + 1, sentence, *sums)
    raise Cannot("there is no document left")


def _performance(data: Data, document: Record) -> list[int] | None:
    """The number of the farmer's performance, in a list that is empty where there is no such table; None if taken."""
    if not data[_PERFORMANCE]:
        return []
    row = data.performance_rows.get(at(document, "linkage_fields.farmer_id"))
    return [row] if row is not None and data.free(_PERFORMANCE, row) else None


def _one_more(data: Data, row: int, path: str) -> list[Change]:
    old = at(data[_PERFORMANCE][row], path)
    if not isinstance(old, int):
        raise Cannot("the performance does not count this class")
    return [put(data, _PERFORMANCE, row, path, old + 1)]


def _idle_classes(model: Record) -> list[tuple[str, str]]:
    """Classes that no rule of rejection looks at, of attributes that all leaves have."""
    rules = model["grade_rules"]
    looked_at = {
        LEAF_TYPE,
        *rules["reject_conditions"],
        *(each["then_attribute"] for each in rules["conditional_reject"]),
    }
    return [
        (attribute, name)
        for attribute, each in model["attributes"].items()
        if attribute not in looked_at
        for name in each["classes"]
        if name != "none"
    ]


@plants("percentages", DOCUMENTS, "grading_models")
def more_than_all(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, DOCUMENTS, lambda each: at(each, f"{BAG}.secondary_percentage") is not None)
    old = at(data[DOCUMENTS][row], f"{BAG}.secondary_percentage")
    new = old + 1.5 if old < 90 else old - 1.5
    sentence = "The percentages do not add up to 100."
    return sets(data, DOCUMENTS, row, f"{BAG}.secondary_percentage", new, sentence)


@plants("grade", DOCUMENTS, "factories")
def strange_grade(data: Data, draw: Draw) -> Fault:
    path = f"{BAG}.grade"
    row = data.row(
        draw,
        DOCUMENTS,
        lambda each: at(each, path) and at(each, "linkage_fields.factory_id") in data.factory_rows,
    )
    others = [grade for grade in ("primary", "secondary", "reject") if grade != at(data[DOCUMENTS][row], path)]
    sentence = "The grade does not follow from the thresholds."
    return sets(data, DOCUMENTS, row, path, draw.shuffled(others)[0], sentence)
