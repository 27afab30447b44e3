SELECT 'land_under_farms_worst', max(share), count(*)
FROM (SELECT sum(hectares) / 100 / (pi() * any_value(radius_km) ** 2) AS share FROM farmer JOIN region USING (region) GROUP BY region);

SELECT 'land_under_farms_' || slug, sum(hectares) / 100 / (pi() * any_value(radius_km) ** 2), count(*)
FROM farmer JOIN region USING (region) GROUP BY slug;

-- Squares of about 1.1 km: farms on them over their land.
SELECT 'squares_overfull', avg((ha > 123)::INT), count(*)
FROM (SELECT sum(hectares) AS ha FROM farmer WHERE hectares < 10 GROUP BY floor(lat * 100), floor(lng * 100));

-- Catchments: the nearest active point of every farm with a main point (of a sixteenth of the farms, where there are many).
WITH farm AS (
    SELECT farmer, lat, lng, factory, point FROM farmer JOIN home USING (farmer)
    WHERE (SELECT count(*) FROM farmer) < 50000 OR md5(farmer) < '1'
), open_point AS (SELECT * FROM point WHERE status = 'active'),
near AS (
    SELECT farmer, any_value(farm.factory) AS own, arg_min(p.factory, km(farm.lat, farm.lng, p.lat, p.lng)) AS nearest,
        arg_min(p.point, km(farm.lat, farm.lng, p.lat, p.lng)) AS nearest_point, any_value(farm.point) AS own_point
    FROM farm JOIN open_point AS p ON p.lat BETWEEN farm.lat - 0.3 AND farm.lat + 0.3 AND p.lng BETWEEN farm.lng - 0.3 AND farm.lng + 0.3
    GROUP BY farmer
)
SELECT 'nearest_point_of_own_factory', avg((own = nearest)::INT), count(*) FROM near
UNION ALL SELECT 'nearest_point_is_own', avg((own_point = nearest_point)::INT), count(*) FROM near;

SELECT 'farm_to_point_km_median', median(d), count(*) FROM (SELECT km(f.lat, f.lng, p.lat, p.lng) AS d FROM farmer AS f JOIN home USING (farmer) JOIN point AS p USING (point))
UNION ALL
SELECT 'farm_to_point_km_p95', quantile_cont(d, 0.95), count(*) FROM (SELECT km(f.lat, f.lng, p.lat, p.lng) AS d FROM farmer AS f JOIN home USING (farmer) JOIN point AS p USING (point))
UNION ALL
SELECT 'point_to_factory_km_median', median(d), count(*) FROM (SELECT km(f.lat, f.lng, p.lat, p.lng) AS d FROM factory AS f JOIN point AS p USING (factory))
UNION ALL
SELECT 'point_to_factory_km_max', max(d), count(*) FROM (SELECT km(f.lat, f.lng, p.lat, p.lng) AS d FROM factory AS f JOIN point AS p USING (factory))
UNION ALL
SELECT 'points_nearest_own_factory', avg((own = nearest)::INT), count(*) FROM (
    SELECT point, any_value(p.factory) AS own, arg_min(f.factory, km(f.lat, f.lng, p.lat, p.lng)) AS nearest FROM point AS p CROSS JOIN factory AS f GROUP BY point);

WITH next AS (
    SELECT a.factory, min(km(a.lat, a.lng, b.lat, b.lng)) AS d FROM factory AS a JOIN factory AS b ON a.factory <> b.factory GROUP BY a.factory
)
SELECT 'next_factory_km_least', min(d), count(*) FROM next
UNION ALL SELECT 'next_factory_km_median', median(d), count(*) FROM next;

-- Two points at one place, nearly: kilometres to the next point.
WITH next AS (
    SELECT a.point, min(km(a.lat, a.lng, b.lat, b.lng)) AS d FROM point AS a JOIN point AS b
    ON a.point <> b.point AND b.lat BETWEEN a.lat - 0.1 AND a.lat + 0.1 AND b.lng BETWEEN a.lng - 0.1 AND a.lng + 0.1 GROUP BY a.point
)
SELECT 'next_point_km_p05', quantile_cont(d, 0.05), count(*) FROM next;

-- Names and places: how far from the gazetteer's place is what bears its name.
WITH place AS (
    SELECT slug, place, lat::DOUBLE AS lat, lng::DOUBLE AS lng FROM known_places
    WHERE lat <> ''
), named AS (
    SELECT 'factory' AS kind, f.name, km(f.lat, f.lng, p.lat, p.lng) AS d FROM factory AS f JOIN place AS p
    ON f.region LIKE p.slug || '-%' AND f.name = p.place || ' Tea Factory'
    UNION ALL
    SELECT 'point', c.name, km(c.lat, c.lng, p.lat, p.lng) FROM point AS c JOIN place AS p
    ON c.region LIKE p.slug || '-%' AND starts_with(c.name, p.place || ' ')
)
SELECT kind || '_from_its_place_km_' || s AS figure, CASE s WHEN 'median' THEN median(d) ELSE quantile_cont(d, 0.95) END, count(*)
FROM named CROSS JOIN (VALUES ('median'), ('p95')) AS t(s) GROUP BY kind, s;

-- A place in one factory's hands.
SELECT 'places_of_several_factories', avg((n > 1)::INT), count(*)
FROM (
    SELECT count(DISTINCT factory) AS n
    FROM (SELECT region, factory, regexp_replace(name, ' (Upper|Lower|Central|North|South|East|West|[A-Z]|[0-9]+|I+)\b.*| (Collection|Buying|Tea|Leaf).*', '') AS place FROM point)
    GROUP BY region, place
);

SELECT 'factories', count(*)::DOUBLE, count(*) FROM factory
UNION ALL SELECT 'growers', count(*)::DOUBLE, count(*) FROM farmer
UNION ALL SELECT 'growers_per_factory', (SELECT count(*) FROM farmer) / count(*), count(*) FROM factory
UNION ALL SELECT 'points_per_factory', (SELECT count(*) FROM point) / count(*), count(*) FROM factory
UNION ALL SELECT 'growers_per_active_point', (SELECT count(*) FROM farmer) / count(*), count(*) FROM point WHERE status <> 'inactive'
UNION ALL SELECT 'mean_farm_ha', avg(hectares), count(*) FROM farmer
UNION ALL SELECT 'median_farm_ha', median(hectares), count(*) FROM farmer
UNION ALL SELECT 'farms_above_10_ha', avg((hectares > 10)::INT), count(*) FROM farmer
UNION ALL SELECT 'smallest_catchment', min(n), count(*) FROM (SELECT count(*) AS n FROM home GROUP BY factory)
UNION ALL SELECT 'largest_catchment', max(n), count(*) FROM (SELECT count(*) AS n FROM home GROUP BY factory);

SELECT 'growers_share_' || slug, count(*) / sum(count(*)) OVER (), count(*) FROM farmer JOIN region USING (region) GROUP BY slug
UNION ALL
SELECT 'factories_in_' || slug, count(*)::DOUBLE, count(*) FROM factory JOIN region USING (region) GROUP BY slug;

SELECT 'factory_altitude_' || s, CASE s WHEN 'min' THEN min(altitude) ELSE max(altitude) END, count(*) FROM factory CROSS JOIN (VALUES ('min'), ('max')) AS t(s) GROUP BY s;
