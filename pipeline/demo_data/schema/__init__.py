"""The vocabulary entities are written in: marks, distributions, recipes, and the Arrow schema of a class."""
