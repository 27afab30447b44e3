"""A dataset made in shards, by any scheduler: each makes its parts and leaves a receipt; then the whole is sealed.

A part follows from the plan alone (`plan`), its place too; how many shards there are decides no more than who makes it.
"""
