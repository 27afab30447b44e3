"""The feed of what happened between two datasets."""
