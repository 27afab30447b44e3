"""Faults in the documents of farmers with a scenario."""

from __future__ import annotations

from demo_data.faults import Also, Cannot, Data, Draw, Fault, at, planter
from demo_data.tea.planting import BAG, SHOWN, another_percentage, asked, bag_may_change, farmer_of, scenarios


@planter("scenario-tiers", "documents", "farmers", "factories")
def out_of_tier(data: Data, draw: Draw) -> Fault:
    """A percentage of another tier. The leaves, which performance adds up, stay as they are."""
    asked(data, *SHOWN)
    path = f"{BAG}.primary_percentage"
    for row in data.rows(draw, "documents", lambda document: at(document, path) is not None):
        document = data["documents"][row]
        scenario = scenarios(data).get(farmer_of(document))
        if scenario not in SHOWN or not bag_may_change(data, row):
            continue
        farmer = ("farmers", data.index("farmers")[farmer_of(document)])
        if data.unlocked(*farmer):
            first, *more = another_percentage(data, row, 92.0 if at(document, path) < 70 else 55.0)
            sentence = f"The scenario {scenario} shows another tier here."
            also = [Also("percentages", "documents", row)]
            return data.fault("documents", row, path, first.new, sentence, *more, also=also, requires=[farmer])
    raise Cannot("there is no document left")
