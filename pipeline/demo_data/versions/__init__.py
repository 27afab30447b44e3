"""What is done with versions of datasets: pin, publish, fetch, rebuild, open, verify."""
