"""What is claimed of factories."""

from demo_data.export.certificate import Claims, each_row, no_row
from demo_data.tea.claims import in_region, near_place

certificate = Claims(
    (
        each_row(
            "thresholds fall",
            "factories",
            "quality_thresholds.tier_1 > quality_thresholds.tier_2"
            " AND quality_thresholds.tier_2 > quality_thresholds.tier_3",
        ),
        *in_region("factories", "location"),
        near_place("factories"),
        no_row(
            "has an active collection point",
            "factories",
            "collection_points",
            violations="""SELECT 1 FROM factories
ANTI JOIN (FROM collection_points WHERE status = 'active') AS points ON points.factory_id = factories.id""",
        ),
        no_row(
            "is on exactly one grading model",
            "factories",
            "grading_models",
            violations="""SELECT factories.id FROM factories
LEFT JOIN (SELECT unnest(active_at_factory) AS factory FROM grading_models) AS active ON active.factory = factories.id
GROUP BY ALL HAVING count(active.factory) != 1""",
        ),
        no_row(
            "lies 3.5 km and more from the next one of its region that has farmers",
            "factories",
            "collection_points",
            violations="""WITH used AS (FROM factories SEMI JOIN members ON members.factory = factories.id)
SELECT 1 FROM used AS a JOIN used AS b ON a.region_id = b.region_id AND a.id < b.id
WHERE kilometres(a.location.latitude, a.location.longitude, b.location.latitude, b.location.longitude) < 3.5""",
        ),
    )
)
