-- Leaf grows between pluckings: one-block farms, October to December.
SELECT 'gap_slope' AS figure, regr_slope(ln(kg / hectares), ln(gap)) AS value, count(*) AS sample
FROM round WHERE month >= 10 AND kg > 0 AND gap BETWEEN 7 AND 18;

-- The same within each farm, all year: what is left when farms and months differ.
SELECT 'gap_slope_within_farms', regr_slope(y - my, x - mx), count(*)
FROM (
    SELECT ln(kg / hectares) AS y, ln(gap) AS x, avg(y) OVER w AS my, avg(x) OVER w AS mx
    FROM round WHERE month >= 10 AND kg > 0 AND gap BETWEEN 7 AND 18 WINDOW w AS (PARTITION BY farmer)
);

SELECT 'gap_days', avg(gap), count(*) FROM round WHERE NOT dormant AND gap <= 18
UNION ALL SELECT 'gap_days_dormant', avg(gap), count(*) FROM round WHERE dormant AND gap <= 18
UNION ALL SELECT 'gaps_beyond_18', avg((gap > 18)::INT), count(*) FROM round WHERE gap IS NOT NULL;

-- Months: a month's kilograms a day against the mean day of the history, of whole months of whole years.
WITH month_kg AS (
    SELECT flush, month(day) AS month, sum(kg) AS kg, count(*) AS n
    FROM bag JOIN farmer USING (farmer) JOIN region USING (region)
    GROUP BY ALL
), days AS (
    SELECT month(day) AS month, count(*) AS n FROM (SELECT DISTINCT day FROM weather) GROUP BY ALL
), rate AS (
    SELECT flush, month, month_kg.kg / days.n * date_part('day', last_day(make_date(2021, month, 1))) AS kg, month_kg.n
    FROM month_kg JOIN days USING (month) CROSS JOIN span WHERE span.days >= 364
)
SELECT 'month_' || flush || '_' || lpad(month::VARCHAR, 2, '0'), 12 * kg / sum(kg) OVER (PARTITION BY flush), n
FROM rate
UNION ALL
SELECT 'west_january_to_march', sum(kg) FILTER (month <= 3) / sum(kg), sum(n) FROM rate WHERE flush = 'west' HAVING sum(n) > 0
UNION ALL
SELECT 'east_share', sum(kg) FILTER (flush = 'east') / sum(kg), sum(n) FROM rate HAVING sum(n) > 0
ORDER BY ALL;

SELECT 'largest_bag_kg', max(kg), count(*) FROM bag
UNION ALL SELECT 'median_bag_kg', median(kg), count(*) FROM bag
UNION ALL SELECT 'bags_p99_kg', quantile_cont(kg, 0.99), count(*) FROM bag
UNION ALL SELECT 'smallest_bag_kg', min(kg), count(*) FROM bag;

-- Years: leaf of whole calendar years, on worlds that have ten of them.
WITH year_kg AS (
    SELECT year(day) AS year, sum(kg) AS kg, count(*) AS n FROM bag CROSS JOIN span
    WHERE year(day) > year(span.first - 1) AND year(day) < year(span.last + 1) GROUP BY ALL
), step AS (
    SELECT *, kg / lag(kg) OVER (ORDER BY year) - 1 AS change, avg(kg) OVER () AS mean FROM year_kg
)
SELECT 'yearly_variation', stddev_samp(kg) / avg(kg), count(*) FROM step HAVING count(*) >= 10
UNION ALL SELECT 'best_over_worst_year', max(kg) / min(kg), count(*) FROM step HAVING count(*) >= 10
UNION ALL SELECT 'largest_change_of_a_year', max(abs(change)), count(*) FROM step HAVING count(*) >= 10
UNION ALL SELECT 'year_' || year, kg / mean, n FROM step WHERE (SELECT count(*) FROM step) >= 10;

-- How far regions' years go together.
WITH region_year AS (
    SELECT region, year(day) AS year, ln(sum(kg)) AS leaf FROM bag JOIN farmer USING (farmer) CROSS JOIN span
    WHERE year(day) > year(span.first - 1) AND year(day) < year(span.last + 1) GROUP BY ALL
), pair AS (
    SELECT a.region, b.region AS other, corr(a.leaf, b.leaf) AS r, count(*) AS n
    FROM region_year AS a JOIN region_year AS b ON a.year = b.year AND a.region < b.region GROUP BY ALL HAVING n >= 10
)
SELECT 'years_correlation_' || CASE WHEN d < 50 THEN 'near' WHEN d < 150 THEN 'middle' ELSE 'far' END AS figure, avg(r), count(*)
FROM (
    SELECT pair.*, km(p.lat, p.lng, q.lat, q.lng) AS d FROM pair
    JOIN region AS p ON p.region = pair.region JOIN region AS q ON q.region = pair.other
)
GROUP BY figure;

SELECT 'yields_p90_over_p10', quantile_cont(kg / hectares, 0.9) / quantile_cont(kg / hectares, 0.1), count(*) FROM grower HAVING count(*) > 50
UNION ALL SELECT 'yields_p10', quantile_cont(kg / hectares, 0.1), count(*) FROM grower HAVING count(*) > 50
UNION ALL SELECT 'yields_median', median(kg / hectares), count(*) FROM grower HAVING count(*) > 50
UNION ALL SELECT 'yields_p90', quantile_cont(kg / hectares, 0.9), count(*) FROM grower HAVING count(*) > 50
UNION ALL SELECT 'kg_per_hectare', sum(kg) / sum(hectares), count(*) FROM grower
UNION ALL SELECT 'kg_per_grower', avg(kg), count(*) FROM grower;

WITH by_factory AS (
    SELECT factory, sum(kg) / sum(hectares) AS yield, avg(kg) AS kg FROM grower GROUP BY ALL HAVING count(*) >= 30
)
SELECT 'yield_variation_between_factories', stddev_samp(yield) / avg(yield), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'yield_lowest_factory', min(yield), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'yield_highest_factory', max(yield), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'kg_per_grower_lowest_factory', min(kg), count(*) FROM by_factory HAVING count(*) >= 5
UNION ALL SELECT 'kg_per_grower_highest_factory', max(kg), count(*) FROM by_factory HAVING count(*) >= 5;

-- Do large farms yield as much per hectare as small ones? (Slope of logarithms; 0: as much.)
SELECT 'yield_by_size_slope', regr_slope(ln(kg / hectares), ln(hectares)), count(*) FROM grower WHERE kg > 0;

-- Leaf after rain: a bag a day of growth, and the rain of the five weeks that ended a week before, both against the
-- mean of the region's calendar month.
WITH rain AS (
    SELECT region, day, sum(rain) OVER (PARTITION BY region ORDER BY day ROWS BETWEEN 41 PRECEDING AND 7 PRECEDING) AS rain
    FROM weather
)
SELECT 'leaf_with_rain', corr(y - my, rain - mr), count(*)
FROM (
    SELECT y, rain, avg(rain) OVER w AS mr, avg(y) OVER w AS my
    FROM (
        SELECT farmer, region, day, month, ln(kg / gap) - avg(ln(kg / gap)) OVER (PARTITION BY farmer) AS y
        FROM round WHERE kg > 0 AND gap BETWEEN 7 AND 18
    )
    JOIN rain USING (region, day)
    WINDOW w AS (PARTITION BY region, month)
);
