-- Regions' wet days, less the month's share of them in the region, by the distance of the regions.
CREATE TABLE pair AS
WITH off AS (
    SELECT region, day, wet::INT - avg(wet::INT) OVER w AS wet, temp_max - avg(temp_max) OVER w AS warm
    FROM weather WINDOW w AS (PARTITION BY region, date_trunc('month', day))
)
SELECT a.region, b.region AS other, any_value(km(p.lat, p.lng, q.lat, q.lng)) AS d, corr(a.wet, b.wet) AS wet,
    corr(a.warm, b.warm) AS warm, count(*) AS n
FROM off AS a JOIN off AS b ON a.day = b.day AND a.region < b.region
JOIN region AS p ON p.region = a.region JOIN region AS q ON q.region = b.region
GROUP BY a.region, b.region HAVING count(*) >= 30;

SELECT 'wet_days_correlation_' || CASE WHEN d < 50 THEN '0_50_km' WHEN d < 100 THEN '50_100_km' WHEN d < 200 THEN '100_200_km' ELSE 'far' END AS figure,
    avg(wet), sum(n)
FROM pair GROUP BY figure
UNION ALL
SELECT 'warmth_correlation_' || CASE WHEN d < 50 THEN '0_50_km' WHEN d < 100 THEN '50_100_km' WHEN d < 200 THEN '100_200_km' ELSE 'far' END AS figure,
    avg(warm), sum(n)
FROM pair GROUP BY figure;

SELECT 'coldest_night_' || CASE WHEN frost_risk THEN 'frost_risk' ELSE 'elsewhere' END AS figure, min(temp_min), count(*) FROM weather JOIN region USING (region) GROUP BY frost_risk
UNION ALL
SELECT 'nights_below_4_' || CASE WHEN frost_risk THEN 'frost_risk' ELSE 'elsewhere' END, avg((temp_min < 4)::INT) * 365, count(*) FROM weather JOIN region USING (region) GROUP BY frost_risk
UNION ALL SELECT 'wettest_day_mm', max(rain), count(*) FROM weather
UNION ALL SELECT 'warmest_day', max(temp_max), count(*) FROM weather
UNION ALL SELECT 'wet_days_share', avg(wet::INT), count(*) FROM weather
UNION ALL SELECT 'rain_a_year_mm', avg(rain) * 365.25, count(*) FROM weather;

SELECT 'wet_after_wet_less_all', avg(wet::INT) FILTER (before) - avg(wet::INT), count(*)
FROM (SELECT wet, lag(wet) OVER (PARTITION BY region ORDER BY day) AS before FROM weather);

-- The short rains (October to December) of the years that are known for El Nino or La Nina, against those of all known.
WITH short_rains AS (
    SELECT region, year(day) AS year, sum(rain) AS rain, count(*) AS n FROM weather WHERE month(day) >= 10 GROUP BY ALL HAVING n = 92
), year AS (
    SELECT short_rains.year, avg(rain) AS rain, any_value(oni::DOUBLE) AS oni
    FROM short_rains JOIN known_el_nino AS known ON known.year::INT = short_rains.year
    GROUP BY short_rains.year
)
SELECT 'short_rains_el_nino', avg(rain) FILTER (oni >= 0.5) / avg(rain), count(*) FROM year HAVING count(*) >= 10
UNION ALL SELECT 'short_rains_la_nina', avg(rain) FILTER (oni <= -0.5) / avg(rain), count(*) FROM year HAVING count(*) >= 10
UNION ALL SELECT 'short_rains_with_oni', corr(rain, oni), count(*) FROM year HAVING count(*) >= 10
UNION ALL SELECT 'short_rains_variation', stddev_samp(rain) / avg(rain), count(*) FROM year HAVING count(*) >= 10;

WITH year AS (SELECT region, year(day) AS year, sum(rain) AS rain, count(*) AS n FROM weather GROUP BY ALL HAVING n >= 365)
SELECT 'yearly_rain_variation', avg(v), sum(n) FROM (SELECT stddev_samp(rain) / avg(rain) AS v, count(*) AS n FROM year GROUP BY region HAVING n >= 10) HAVING sum(n) > 0;

-- Frost: the worst January to March of a region with frost against its mean one (leaf of all its farms).
WITH quarter AS (
    SELECT region, year(day) AS year, sum(kg) AS kg FROM bag JOIN farmer USING (farmer) JOIN region USING (region)
    WHERE month(day) = 1 AND frost_risk GROUP BY ALL
)
SELECT 'worst_january_with_frost', min(kg / mean), count(*)
FROM (SELECT kg, avg(kg) OVER (PARTITION BY region) AS mean, count(*) OVER (PARTITION BY region) AS years FROM quarter) WHERE years >= 10
HAVING count(*) > 0;
