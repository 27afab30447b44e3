WITH by_factory AS (SELECT factory, avg(primary_pct) AS pct, count(*) AS n FROM grower GROUP BY ALL HAVING n >= 20)
SELECT 'quality_between_factories_points', stddev_samp(pct), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'quality_factory_range_points', max(pct) - min(pct), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'quality_mean', avg(primary_pct), count(*) FROM bag
UNION ALL SELECT 'quality_between_farmers_points', stddev_samp(primary_pct), count(*) FROM grower;

-- Within a farm: a bag's percentage against the farm's mean.
WITH off AS (
    SELECT *, primary_pct - avg(primary_pct) OVER (PARTITION BY farmer) AS pct, gap - avg(gap) OVER (PARTITION BY farmer) AS late
    FROM round
)
SELECT 'quality_per_day_of_gap', regr_slope(pct, late), count(*) FROM off WHERE gap BETWEEN 7 AND 18 AND NOT dormant
UNION ALL SELECT 'quality_within_farmers_points', stddev_samp(pct), count(*) FROM off
UNION ALL SELECT 'quality_dormant_less_other', avg(pct) FILTER (dormant) - avg(pct) FILTER (NOT dormant), count(*) FROM off;

WITH wet AS (
    SELECT region, day, avg(wet::INT) OVER (PARTITION BY region ORDER BY day ROWS 6 PRECEDING) AS wet FROM weather
), off AS (
    SELECT region, month, wet, primary_pct - avg(primary_pct) OVER (PARTITION BY farmer) AS pct FROM round JOIN wet USING (region, day)
), within_month AS (SELECT pct - avg(pct) OVER w AS pct, wet - avg(wet) OVER w AS wet FROM off WINDOW w AS (PARTITION BY region, month))
SELECT 'quality_all_wet_week_less_dry', regr_slope(pct, wet), count(*) FROM within_month;

SELECT 'quality_per_100_m', regr_slope(primary_pct - p, (altitude - a) / 100), count(*)
FROM (SELECT primary_pct, altitude, avg(primary_pct) OVER w AS p, avg(altitude) OVER w AS a FROM grower WINDOW w AS (PARTITION BY factory))
UNION ALL
SELECT 'quality_per_100_m_of_all', regr_slope(primary_pct, altitude / 100), count(*) FROM grower;

SELECT 'quality_per_km_to_point', regr_slope(primary_pct - p, d - m), count(*)
FROM (
    SELECT primary_pct, km(g.lat, g.lng, p.lat, p.lng) AS d, avg(primary_pct) OVER w AS p, avg(d) OVER w AS m
    FROM grower AS g JOIN point AS p USING (point) WINDOW w AS (PARTITION BY g.factory)
);

SELECT 'quality_with_yield', corr(q, y), count(*)
FROM (
    SELECT primary_pct - avg(primary_pct) OVER w AS q, ln(kg / hectares) - avg(ln(kg / hectares)) OVER w AS y
    FROM grower WINDOW w AS (PARTITION BY factory)
);
