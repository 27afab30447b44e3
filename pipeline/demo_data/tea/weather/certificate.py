"""What is claimed of weather."""

from demo_data.export.certificate import Claims, each_row, no_row

certificate = Claims(
    (
        each_row("temp_min is below temp_max", "weather_observations", "temp_min < temp_max"),
        no_row(
            "every region has every day of the history, and no other",
            "weather_observations",
            "regions",
            violations="""WITH due AS (
  SELECT region_id, unnest(generate_series(getvariable('first_day')::TIMESTAMP, getvariable('as_of')::TIMESTAMP,
    INTERVAL 1 DAY))::DATE AS date FROM regions
), there AS (SELECT region_id, date FROM weather_observations)
(FROM due EXCEPT FROM there) UNION ALL (FROM there EXCEPT FROM due)""",
        ),
        no_row(
            "nights below 4 degrees come only where frost is known",
            "weather_observations",
            "regions",
            violations="""SELECT 1 FROM weather_observations JOIN regions USING (region_id)
WHERE temp_min < 4 AND NOT agronomic.frost_risk""",
        ),
    )
)
