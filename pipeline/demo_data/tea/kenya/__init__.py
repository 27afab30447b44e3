"""Sourced facts about Kenya's tea country: places, climate, people, phones.

Tables are CSV files beside the modules, each with its sources. Nothing here imports the rest of the project.
"""
