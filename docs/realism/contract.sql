-- The contract's marginal shares: what was drawn, its sample, and by how many standard errors it is off the weight.
CREATE TABLE weight AS
FROM (VALUES
    ('scale_smallholder', 0.60), ('scale_medium', 0.35), ('scale_estate', 0.05), ('channel_sms', 0.70),
    ('channel_whatsapp', 0.30), ('interaction_text', 0.80), ('interaction_voice', 0.20), ('language_sw', 0.50),
    ('language_en', 0.30), ('language_ki', 0.15), ('language_luo', 0.05), ('active', 0.95), ('status_active', 0.85),
    ('status_inactive', 0.10), ('status_seasonal', 0.05), ('tier_1', 0.30), ('tier_2', 0.40), ('tier_3', 0.25),
    ('reject', 0.05)
) AS t(what, share);

CREATE TABLE drawn AS
SELECT 'scale_' || scale AS what, count(*) AS n, (SELECT count(*) FROM farmer) AS total FROM farmer GROUP BY scale
UNION ALL SELECT 'channel_' || channel, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY channel
UNION ALL SELECT 'interaction_' || interaction, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY interaction
UNION ALL SELECT 'language_' || language, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY language
UNION ALL
SELECT 'active', count(*) FILTER (active), count(*) FROM farmer WHERE farmer NOT IN (SELECT farmer FROM story)
UNION ALL SELECT 'status_' || status, count(*), (SELECT count(*) FROM point) FROM point GROUP BY status;

SELECT what AS figure, n / total AS value, total AS sample FROM drawn;

SELECT 'z_' || what, (n / total - share) / sqrt(share * (1 - share) / total), total FROM drawn JOIN weight USING (what);

-- Tiers of the deliveries of farmers without a story, each farmer counting once. The farmers of a factory share its
-- care, so that errors are those of factories drawn.
CREATE TABLE tier AS
WITH mine AS (
    SELECT farmer, factory, count(*) AS n, avg((primary_pct >= 85)::INT) AS tier_1,
        avg((primary_pct >= 70 AND primary_pct < 85)::INT) AS tier_2,
        avg((primary_pct >= 50 AND primary_pct < 70)::INT) AS tier_3, avg((primary_pct < 50)::INT) AS reject
    FROM bag WHERE farmer NOT IN (SELECT farmer FROM story) GROUP BY ALL
)
UNPIVOT mine ON tier_1, tier_2, tier_3, reject INTO NAME what VALUE share;

WITH whole AS (SELECT what, avg(share) AS mean, count(*) AS n FROM tier GROUP BY what),
off AS (
    SELECT what, any_value(mean) AS mean, any_value(whole.n) AS n, count(*) AS mine, sum(tier.share - mean) AS off
    FROM tier JOIN whole USING (what) GROUP BY what, factory
),
measured AS (SELECT what, any_value(mean) AS mean, any_value(n) AS n, sqrt(sum(off ** 2)) / any_value(n) AS error FROM off GROUP BY what)
SELECT 'deliveries_' || what, mean, n FROM measured
UNION ALL
SELECT 'z_deliveries_' || what, (mean - share) / error, n FROM measured JOIN weight USING (what) WHERE error > 0;

-- Languages by county: Kikuyu and Luo are spoken where they are at home.
SELECT 'language_' || language || '_' || slug, count(*) / sum(count(*)) OVER (PARTITION BY slug), sum(count(*)) OVER (PARTITION BY slug)
FROM farmer JOIN region USING (region) GROUP BY language, slug;
