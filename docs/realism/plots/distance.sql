SELECT round(d, 1) AS km, round(wet, 4) AS wet, round(warm, 4) AS warm FROM pair ORDER BY d;
