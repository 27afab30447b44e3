"""Coherence: what must hold between the fields, records and tables of a dataset, one module per theme."""
