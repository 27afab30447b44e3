-- Factories, points and about 1,000 farms of Kericho; farms are drawn by a hash of their name.
WITH mine AS (
    SELECT 'farm' AS kind, home.factory, f.lat, f.lng, row_number() OVER (ORDER BY md5(farmer)) AS place
    FROM farmer AS f JOIN home USING (farmer) JOIN region USING (region) WHERE slug = 'kericho'
)
SELECT 'factory' AS kind, factory, round(f.lat, 4) AS lat, round(f.lng, 4) AS lng
FROM factory AS f JOIN region USING (region) WHERE slug = 'kericho'
UNION ALL
SELECT 'point', factory, round(p.lat, 4), round(p.lng, 4) FROM point AS p JOIN region USING (region)
WHERE slug = 'kericho' AND status <> 'inactive'
UNION ALL SELECT kind, factory, round(lat, 4), round(lng, 4) FROM mine WHERE place <= 1000
ORDER BY ALL;
