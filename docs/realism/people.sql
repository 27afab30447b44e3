-- A farmer's gender is not published: the share of women is that of the given names which only women or only men bear.
CREATE TABLE person AS
WITH given AS (
    SELECT name, any_value(gender) AS gender FROM known_given_names
    GROUP BY name HAVING count(DISTINCT gender) = 1
)
SELECT farmer.*, slug, (given.gender = 'f')::INT AS woman
FROM farmer JOIN region USING (region) LEFT JOIN given ON given.name = split_part(first_name, ' ', 1);

SELECT 'women', avg(woman), count(woman) FROM person
UNION ALL SELECT 'women_' || slug, avg(woman), count(woman) FROM person GROUP BY slug;

SELECT 'operator_' || lower(operator), count(*) / (SELECT count(*) FROM farmer), count(*)
FROM farmer JOIN known_phone_prefixes AS p ON p.prefix = substr(phone, 5, 3) GROUP BY operator;

SELECT 'registered_on_working_days', avg((isodow(registered) <= 5)::INT), count(*) FROM farmer
UNION ALL SELECT 'registered_in_office_hours', avg((hour(registered) BETWEEN 7 AND 16)::INT), count(*) FROM farmer
UNION ALL SELECT 'registered_first_year', min(year(registered))::DOUBLE, count(*) FROM farmer
UNION ALL SELECT 'registered_last_year', max(year(registered))::DOUBLE, count(*) FROM farmer
UNION ALL SELECT 'seven_digit_ids', avg((length(national_id) = 7)::INT), count(*) FROM farmer
UNION ALL SELECT 'same_id', count(national_id) - count(DISTINCT national_id), count(*) FROM farmer
UNION ALL SELECT 'same_phone', count(phone) - count(DISTINCT phone), count(*) FROM farmer
UNION ALL SELECT 'with_grower_number', count(grower_number) / count(*), count(*) FROM farmer
UNION ALL SELECT 'same_grower_number', count(grower_number) - count(DISTINCT grower_number), count(*) FROM farmer;

-- Waves: the part of a factory's growers who registered in its three busiest months.
SELECT 'registered_in_three_busiest_months', avg(share), count(*)
FROM (
    SELECT factory, sum(n) FILTER (place <= 3) / sum(n) AS share FROM (
        SELECT factory, count(*) AS n, row_number() OVER (PARTITION BY factory ORDER BY n DESC) AS place
        FROM farmer JOIN home USING (farmer) GROUP BY factory, date_trunc('month', registered)
    ) GROUP BY factory HAVING sum(n) >= 50
);

-- Surnames of two counties of one community: how far their shares overlap (1: the same).
WITH share AS (SELECT slug, last_name, count(*) / sum(count(*)) OVER (PARTITION BY slug) AS p FROM person GROUP BY slug, last_name),
pair AS (SELECT a.slug AS one, b.slug AS other, sum(sqrt(a.p * b.p)) AS alike FROM share AS a JOIN share AS b ON a.last_name = b.last_name AND a.slug < b.slug GROUP BY ALL)
SELECT 'surnames_alike_' || one || '_' || other, alike, (SELECT count(*) FROM person WHERE slug IN (one, other)) FROM pair
WHERE (one = 'kirinyaga' AND other = 'nyeri') OR (one = 'kericho' AND other = 'nandi');

SELECT 'manual_uploads_with_device', avg((source = 'manual-upload')::INT), count(*) FROM bag JOIN point USING (point) WHERE device
UNION ALL SELECT 'manual_uploads_without_device', avg((source = 'manual-upload')::INT), count(*) FROM bag JOIN point USING (point) WHERE NOT device
UNION ALL SELECT 'points_with_device', avg(device::INT), count(*) FROM point;
