"""What is done with whole datasets: describe, pin, open, verify, compare."""
