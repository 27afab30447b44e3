"""Faults in what farmers bring over the year."""
