-- What every measure reads: narrow tables made of a dataset's Parquet files (:documents and so on are their paths).
SET TimeZone = 'UTC';

CREATE MACRO km(lat1, lng1, lat2, lng2) AS
    12742.0176 * asin(sqrt(sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ** 2));

CREATE TABLE region AS
SELECT region_id AS region, regexp_replace(lower(county), '[^a-z]', '', 'g') AS slug, geography.radius_km AS radius_km, agronomic.frost_risk AS frost_risk,
    geography.center_gps.lat AS lat, geography.center_gps.lng AS lng,
    geography.altitude_band.min_meters AS lowest, geography.altitude_band.max_meters AS highest,
    CASE WHEN geography.center_gps.lng < 36 THEN 'west' ELSE 'east' END AS flush,
    flush_calendar.dormant.start AS dormant_from, flush_calendar.dormant.end AS dormant_to
FROM read_parquet($regions);

CREATE TABLE factory AS
SELECT id AS factory, name, region_id AS region, location.latitude AS lat, location.longitude AS lng,
    location.altitude_meters AS altitude, processing_capacity_kg AS capacity_kg
FROM read_parquet($factories);

CREATE TABLE point AS
SELECT id AS point, name, factory_id AS factory, region_id AS region, location.latitude AS lat,
    location.longitude AS lng, status, capacity.max_daily_kg AS max_daily_kg, capacity.has_qc_device AS device,
    farmer_ids AS members
FROM read_parquet($collection_points);

CREATE TABLE farmer AS
SELECT id AS farmer, region_id AS region, farm_location.latitude AS lat, farm_location.longitude AS lng,
    farm_location.altitude_meters AS altitude, farm_size_hectares AS hectares, ceil(farm_size_hectares)::INT AS blocks,
    farm_scale AS scale, national_id, grower_number, first_name, last_name, contact.phone AS phone, is_active AS active,
    registration_date + INTERVAL 3 HOUR AS registered, notification_channel AS channel, interaction_pref AS interaction,
    pref_lang AS language
FROM read_parquet($farmers);

CREATE TABLE bag AS
SELECT linkage_fields.farmer_id AS farmer, linkage_fields.factory_id AS factory,
    linkage_fields.collection_point_id AS point, (ingestion.received_at + INTERVAL 3 HOUR)::DATE AS day,
    extracted_fields.bag_summary.total_weight_kg AS kg, extracted_fields.bag_summary.primary_percentage AS primary_pct,
    ingestion.source_id AS source
FROM read_parquet($documents);

CREATE TABLE weather AS
SELECT region_id AS region, date AS day, temp_min, temp_max, precipitation_mm AS rain, precipitation_mm >= 1 AS wet
FROM read_parquet($weather_observations);

-- A farmer's main point is the one that most bags went to; who delivered nothing, the first that lists the farmer.
CREATE TABLE home AS
SELECT farmer, arg_max(point, n) AS point, arg_max(factory, n) AS factory
FROM (
    SELECT farmer, point, factory, count(*) AS n FROM bag GROUP BY ALL
    UNION ALL BY NAME SELECT unnest(members) AS farmer, point, factory, 0 AS n FROM point
)
GROUP BY farmer;

CREATE TABLE span AS SELECT min(day) AS first, max(day) AS last, date_diff('day', min(day), max(day)) + 1 AS days FROM weather;

-- Farms that were active all along: their kilograms, scaled to a year.
CREATE TABLE grower AS
SELECT farmer, region, factory, home.point, hectares, blocks, altitude, farmer.lat, farmer.lng, bags,
    kg * 365.25 / days AS kg, primary_pct
FROM farmer
JOIN home USING (farmer)
JOIN (
    SELECT farmer, count(*) AS bags, sum(kg) AS kg, avg(primary_pct) AS primary_pct, min(day) AS first, max(day) AS last
    FROM bag GROUP BY farmer
) AS brought USING (farmer)
CROSS JOIN (SELECT first AS from_day, last AS to_day, days FROM span)
WHERE active AND brought.first - from_day <= 21 AND to_day - brought.last <= 21;

-- Bags of farms of one block, with the days since the one before.
CREATE TABLE round AS
SELECT farmer, factory, flush, altitude, day, bag.kg, hectares, primary_pct, month(day) AS month, region,
    date_diff('day', lag(day) OVER (PARTITION BY farmer ORDER BY day), day) AS gap,
    strftime(day, '%m-%d') BETWEEN dormant_from AND dormant_to AS dormant
FROM bag JOIN farmer USING (farmer) JOIN region USING (region)
WHERE blocks = 1;
