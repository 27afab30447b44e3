"""What a build costs by the row: see `demo-data explain`, and docs/performance.md."""

from __future__ import annotations

from demo_data.explain.costs import Cost, Costs

COSTS = Costs(
    seconds=1.8,
    memory=200e6,
    source="two cores at about 3 GHz, Python 3.11, builds of minimal to kenya",
    off="rows of documents were at most 0.4 % off, sizes 5 %, time 16 %, memory 10 %",
    tables={
        "grading_models": Cost(file=5_620, row=15, json=770),
        "source_configs": Cost(file=10_530, json=1_469),
        "regions": Cost(file=6_500, row=120, json=1_334),
        "factories": Cost(file=3_700, row=75, json=628),
        "weather_observations": Cost(file=3_000, row=5, json=186),
        "collection_points": Cost(file=3_500, row=200, json=654),
        "farmers": Cost(file=9_800, row=54, json=575, kept=577),
        "documents": Cost(
            file=11_000, row=88, json=1_310, microseconds=4.6, json_microseconds=41, held=550, json_held=14_400
        ),
        "farmer_performance": Cost(file=18_600, row=95, json=1_570),
    },
)
