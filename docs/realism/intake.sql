WITH at_point AS (SELECT point, day, sum(kg) AS kg FROM bag GROUP BY ALL),
full_point AS (SELECT point, day, kg, kg / max_daily_kg AS share FROM at_point JOIN point USING (point))
SELECT 'point_intake_over_capacity', max(share), count(*) FROM full_point
UNION ALL SELECT 'point_days_over_capacity', avg((share > 1)::INT), count(*) FROM full_point
UNION ALL SELECT 'point_busiest_day_over_capacity_median', median(most), count(*) FROM (SELECT max(share) AS most FROM full_point GROUP BY point)
UNION ALL SELECT 'point_capacity_with_intake', corr(ln(max_daily_kg), ln(kg)), count(*) FROM (SELECT point, avg(kg) AS kg FROM at_point GROUP BY point) JOIN point USING (point)
UNION ALL SELECT 'point_capacity_median_kg', median(max_daily_kg), count(*) FROM point WHERE status <> 'inactive';

WITH at_factory AS (SELECT factory, day, sum(kg) AS kg FROM bag GROUP BY ALL),
year AS (
    SELECT factory, sum(kg) * 365.25 / any_value(days) AS kg, any_value(capacity_kg) AS capacity_kg, max(kg) / any_value(capacity_kg) AS most,
        avg((kg > capacity_kg)::INT) AS over
    FROM at_factory JOIN factory USING (factory) CROSS JOIN span GROUP BY factory
)
SELECT 'factory_busiest_day_over_capacity', max(most), count(*) FROM year
UNION ALL SELECT 'factory_days_over_capacity', avg(over), count(*) FROM year
UNION ALL SELECT 'factory_year_over_capacity_least', min(kg / capacity_kg / 365.25), count(*) FROM year
UNION ALL SELECT 'factory_year_over_capacity_median', median(kg / capacity_kg / 365.25), count(*) FROM year
UNION ALL SELECT 'factory_year_over_capacity_most', max(kg / capacity_kg / 365.25), count(*) FROM year
UNION ALL SELECT 'factory_capacity_with_intake', corr(ln(capacity_kg), ln(kg)), count(*) FROM year HAVING count(*) >= 5
UNION ALL SELECT 'factory_capacity_kg_median', median(capacity_kg), count(*) FROM year
UNION ALL SELECT 'factory_leaf_mkg_mean', avg(kg) / 1e6, count(*) FROM year;
