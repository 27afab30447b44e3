"""Questions that the page of a dataset has ready: DuckDB SQL over the tables by their names."""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        "Whose quality declines in Kericho?",
        """SELECT f.id, f.first_name || ' ' || f.last_name AS farmer, f.farm_scale,
  p.historical.primary_percentage_90d AS primary_90d, p.historical.primary_percentage_30d AS primary_30d
FROM farmers f JOIN regions r USING (region_id) JOIN farmer_performance p ON p.farmer_id = f.id
WHERE r.county = 'Kericho' AND p.historical.improvement_trend = 'declining'
ORDER BY primary_30d - primary_90d LIMIT 50""",
    ),
    (
        "Who are the three best farmers of each region?",
        """SELECT f.region_id, f.id, f.first_name || ' ' || f.last_name AS farmer,
  p.historical.primary_percentage_year AS primary_year, p.historical.total_kg_year AS kg_year
FROM farmers f JOIN farmer_performance p ON p.farmer_id = f.id
WHERE p.historical.total_kg_year > 0
QUALIFY row_number() OVER (PARTITION BY f.region_id ORDER BY primary_year DESC, kg_year DESC) <= 3
ORDER BY f.region_id, primary_year DESC""",
    ),
    (
        "How much leaf does each factory take, and how good is it?",
        """SELECT a.id, a.name, count(*) AS deliveries,
  round(sum(d.extracted_fields.bag_summary.total_weight_kg)) AS kg,
  round(avg(d.extracted_fields.bag_summary.primary_percentage), 1) AS primary_percentage
FROM documents d JOIN factories a ON a.id = d.linkage_fields.factory_id
GROUP BY a.id, a.name ORDER BY kg DESC""",
    ),
    (
        "What did the farmer with the most deliveries bring?",
        """WITH busiest AS (
  SELECT linkage_fields.farmer_id AS farmer_id FROM documents GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
)
SELECT d.linkage_fields.farmer_id AS farmer_id, d.ingestion.received_at AS received_at,
  d.extracted_fields.bag_summary.total_weight_kg AS kg,
  d.extracted_fields.bag_summary.primary_percentage AS primary_percentage
FROM documents d JOIN busiest b ON b.farmer_id = d.linkage_fields.farmer_id ORDER BY received_at""",
    ),
    (
        "How do rain and leaf go together by month?",
        """WITH rain AS (
  SELECT date_trunc('month', date) AS month, sum(precipitation_mm) / count(DISTINCT region_id) AS rain_mm
  FROM weather_observations GROUP BY 1
), leaf AS (
  SELECT date_trunc('month', ingestion.received_at + INTERVAL 3 HOURS) AS month,
    sum(extracted_fields.bag_summary.total_weight_kg) AS kg
  FROM documents GROUP BY 1
)
SELECT strftime(rain.month, '%Y-%m') AS month, round(rain_mm, 1) AS rain_mm, round(kg) AS kg
FROM rain JOIN leaf ON rain.month::DATE = leaf.month::DATE ORDER BY rain.month""",
    ),
    (
        "Which grades do the bags of each factory get?",
        """SELECT linkage_fields.factory_id AS factory_id, extracted_fields.bag_summary.grade AS grade, count(*) AS bags
FROM documents GROUP BY ALL ORDER BY factory_id, bags DESC""",
    ),
    (
        "On which days is a collection point nearest to what it can take?",
        """WITH days AS (
  SELECT linkage_fields.collection_point_id AS id, (ingestion.received_at + INTERVAL 3 HOURS)::DATE AS day,
    sum(extracted_fields.bag_summary.total_weight_kg) AS kg
  FROM documents GROUP BY ALL
)
SELECT c.id, c.name, days.day, round(days.kg) AS kg, c.capacity.max_daily_kg AS max_daily_kg,
  round(100 * days.kg / c.capacity.max_daily_kg) AS percent
FROM days JOIN collection_points c USING (id) WHERE c.capacity.max_daily_kg > 0 ORDER BY percent DESC LIMIT 20""",
    ),
    (
        "Who is enrolled at more than one collection point?",
        """SELECT farmer_id, list(id ORDER BY id) AS points
FROM (SELECT id, unnest(farmer_ids) AS farmer_id FROM collection_points)
GROUP BY farmer_id HAVING count(*) > 1 ORDER BY farmer_id LIMIT 100""",
    ),
    (
        "Which farmers have delivered nothing?",
        """SELECT f.id, f.first_name || ' ' || f.last_name AS farmer, f.region_id, f.is_active
FROM farmers f WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.linkage_fields.farmer_id = f.id)
ORDER BY f.id LIMIT 100""",
    ),
    (
        "How does yield differ by the size of farms?",
        """SELECT f.farm_scale, count(*) AS farms, round(avg(f.farm_size_hectares), 2) AS mean_hectares,
  round(sum(p.historical.total_kg_year) / sum(f.farm_size_hectares)) AS kg_per_hectare
FROM farmers f JOIN farmer_performance p ON p.farmer_id = f.id GROUP BY f.farm_scale ORDER BY mean_hectares""",
    ),
)
"""Title and statement."""
