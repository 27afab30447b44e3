"""Faults in leaf counts, percentages and grades, and in what farmers with a scenario bring."""

from __future__ import annotations

from demo_data.faults import Also, Cannot, Change, Data, Draw, Fault, Record, at, planter, value_planter
from demo_data.tea import planting
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.grading.views import LEAF_TYPE, count_path
from demo_data.tea.planting import BAG, RECEIVED, SHOWN, as_of, farmer_of, local_day

DOCUMENTS = "documents"
_PERFORMANCE = "farmer_performance"


def _model(data: Data, document: Record) -> Record:
    """The document's grading model; empty where there is none, or where no leaves are counted."""
    own = at(document, "extracted_fields.grading_model_id")
    counted = at(document, f"{BAG}.leaf_type_distribution")
    return next((model for model in data["grading_models"] if counted and model["model_id"] == own), {})


@planter("leaf-classes", DOCUMENTS, "grading_models")
def foreign_class(data: Data, draw: Draw) -> Fault:
    """No leaf is counted by another model's class of leaf; but the class stands there."""
    row = data.row(draw, DOCUMENTS, lambda document: _model(data, document))
    model = _model(data, data[DOCUMENTS][row])
    classes = [known["attributes"].get(LEAF_TYPE, {}).get("classes", []) for known in data["grading_models"]]
    own = model["attributes"][LEAF_TYPE]["classes"]
    foreign = list(dict.fromkeys(name for names in classes for name in names if name not in own))
    path = count_path(LEAF_TYPE, draw.shuffled(foreign)[0])
    return data.fault(DOCUMENTS, row, path, 0, f"{model['model_id']} does not have this class of leaves.")


@planter("leaf-counts", DOCUMENTS, "grading_models")
def leaf_too_many(data: Data, draw: Draw) -> Fault:
    """A leaf too many in a class that decides nothing. The performance, which adds them up, goes along."""
    for row in data.rows(draw, DOCUMENTS, lambda document: _model(data, document)):
        document = data[DOCUMENTS][row]
        age = (as_of(data) - local_day(at(document, RECEIVED))).days
        performance = data.index(_PERFORMANCE).get(farmer_of(document), -1)
        if data[_PERFORMANCE] and (performance < 0 or not data.free(_PERFORMANCE, performance)):
            continue
        for attribute, name in draw.shuffled(_idle_classes(_model(data, document))):
            old = at(document, count_path(attribute, name))
            if age == 0 or not isinstance(old, int):
                continue
            windows = [window for window, length in WINDOWS.items() if age < length and data[_PERFORMANCE]]
            paths = [f"historical.attribute_distributions_{window}.{attribute}.{name}" for window in windows]
            counted = [_one_more(data, performance, path) for path in paths]
            sentence = f"The counts of {attribute} do not add up."
            return data.fault(DOCUMENTS, row, count_path(attribute, name), old + 1, sentence, *counted)
    raise Cannot("there is no document left")


def _one_more(data: Data, row: int, path: str) -> Change:
    old = at(data[_PERFORMANCE][row], path)
    if not isinstance(old, int):
        raise Cannot("the performance does not count this class")
    return data.put(_PERFORMANCE, row, path, old + 1)


def _idle_classes(model: Record) -> list[tuple[str, str]]:
    """Classes that no rule of rejection looks at, of attributes that all leaves have."""
    rules = model["grade_rules"]
    conditions = [condition["then_attribute"] for condition in rules["conditional_reject"]]
    looked_at = {LEAF_TYPE, *rules["reject_conditions"], *conditions}
    attributes = [(name, attribute) for name, attribute in model["attributes"].items() if name not in looked_at]
    return [(attribute, name) for attribute, counted in attributes for name in counted["classes"] if name != "none"]


more_than_all = value_planter(
    "percentages",
    DOCUMENTS,
    f"{BAG}.secondary_percentage",
    lambda old: old + 1.5 if old < 90 else old - 1.5,
    "The percentages do not add up to 100.",
    "grading_models",
)


@planter("grade", DOCUMENTS, "factories")
def strange_grade(data: Data, draw: Draw) -> Fault:
    path, link, factories = f"{BAG}.grade", "linkage_fields.factory_id", data.index("factories")
    row = data.row(draw, DOCUMENTS, lambda document: at(document, path) and at(document, link) in factories)
    others = [grade for grade in ("primary", "secondary", "reject") if grade != at(data[DOCUMENTS][row], path)]
    return data.fault(DOCUMENTS, row, path, draw.shuffled(others)[0], "The grade does not follow from the thresholds.")


@planter("scenario-tiers", "documents", "farmers", "factories")
def out_of_tier(data: Data, draw: Draw) -> Fault:
    """A percentage of another tier. The leaves, which performance adds up, stay as they are."""
    planting.asked(data, *SHOWN)
    path = f"{BAG}.primary_percentage"
    for row in data.rows(draw, "documents", lambda document: at(document, path) is not None):
        document = data["documents"][row]
        scenario = planting.story(data, farmer_of(document), local_day(at(document, RECEIVED)))
        if scenario not in SHOWN or not planting.bag_may_change(data, row):
            continue
        farmer = ("farmers", data.index("farmers")[farmer_of(document)])
        if data.unlocked(*farmer):
            first, *more = planting.another_percentage(data, row, 92.0 if at(document, path) < 70 else 55.0)
            sentence = f"The scenario {scenario} shows another tier here."
            also = [Also("percentages", "documents", row)]
            return data.fault("documents", row, path, first.new, sentence, *more, also=also, requires=[farmer])
    raise Cannot("there is no document left")
