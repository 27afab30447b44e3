SELECT 500 * floor(kg / hectares / 500)::INT AS kg_per_hectare, round(count(*) / (SELECT count(*) FROM grower), 5) AS share
FROM grower GROUP BY ALL HAVING share > 0 ORDER BY ALL;
