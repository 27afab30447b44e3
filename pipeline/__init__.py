"""demo-data: versioned, foreign-key-consistent, Kenya-realistic datasets of a tea-quality platform."""
