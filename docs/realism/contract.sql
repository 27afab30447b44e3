-- The contract's marginal shares: what was drawn, its sample, and how many standard errors it is off the weight.
CREATE TABLE drawn AS
SELECT 'scale_' || scale AS what, count(*) AS n, (SELECT count(*) FROM farmer) AS total FROM farmer GROUP BY scale
UNION ALL SELECT 'channel_' || channel, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY channel
UNION ALL SELECT 'interaction_' || interaction, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY interaction
UNION ALL SELECT 'language_' || language, count(*), (SELECT count(*) FROM farmer) FROM farmer GROUP BY language
UNION ALL SELECT 'active', count(*) FILTER (active), count(*) FROM farmer
UNION ALL SELECT 'status_' || status, count(*), (SELECT count(*) FROM point) FROM point GROUP BY status;

SELECT what, n / total, total FROM drawn;

-- Tiers of deliveries, each farmer counting once.
WITH tier AS (
    SELECT farmer, avg((primary_pct >= 85)::INT) AS tier_1, avg((primary_pct >= 70 AND primary_pct < 85)::INT) AS tier_2,
        avg((primary_pct >= 50 AND primary_pct < 70)::INT) AS tier_3, avg((primary_pct < 50)::INT) AS reject
    FROM bag GROUP BY farmer
)
SELECT 'deliveries_tier_1', avg(tier_1), count(*) FROM tier
UNION ALL SELECT 'deliveries_tier_2', avg(tier_2), count(*) FROM tier
UNION ALL SELECT 'deliveries_tier_3', avg(tier_3), count(*) FROM tier
UNION ALL SELECT 'deliveries_reject', avg(reject), count(*) FROM tier;

SELECT 'language_' || language || '_' || county, count(*) / sum(count(*)) OVER (PARTITION BY county), sum(count(*)) OVER (PARTITION BY county)
FROM farmer JOIN region USING (region) GROUP BY language, county;
