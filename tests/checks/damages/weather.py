"""Faults in weather and season."""

from __future__ import annotations

from datetime import timedelta

from tests.checks.damaged import Damaged, put
from tests.checks.damages.plant import BAG, Place, plants, sets

sets("weather-extremes", "weather_observations", "temp_min", 35.0, row=40)


@plants("weather-days")
def lost_day(data: Damaged) -> Place:
    data["weather_observations"].pop(33)
    return "weather_observations", None


@plants("weather-normals", "weather-extremes")
def cold_month(data: Damaged) -> Place:
    for each in data["weather_observations"][:60]:
        each["temp_max"] -= 9
    return "weather_observations", None


@plants("rain-normals")
def drought(data: Damaged) -> Place:
    for each in data["weather_observations"]:
        each["precipitation_mm"] = round(each["precipitation_mm"] / 50, 1)
    return "weather_observations", None


@plants("humid-wet-days")
def dry_rain(data: Damaged) -> Place:
    for each in data["weather_observations"]:
        each["humidity_avg"] = 70.0 if each["precipitation_mm"] >= 1 else 75.0
    return "weather_observations", None


@plants("warm-spells", "weather-normals")
def zigzag(data: Damaged) -> Place:
    for number, each in enumerate(data["weather_observations"]):
        each["temp_max"] = round(each["temp_max"] + (6 if number % 2 else -6), 1)
        each["temp_min"] = round(each["temp_min"] - 10, 1)
    return "weather_observations", None


@plants("wet-spells", "humid-wet-days", dataset="demo-large")
def alternate_rain(data: Damaged) -> Place:
    for number, each in enumerate(data["weather_observations"]):
        each["precipitation_mm"] = 8.0 if number % 2 else 0.0
    return "weather_observations", None


@plants("delivery-season", "delivery-rain", "performance-today", "performance-weights", dataset="demo-large")
def against_season(data: Damaged) -> Place:
    for each in data["documents"]:
        month = (each["ingestion"]["received_at"] + timedelta(hours=3)).month
        put(each, f"{BAG}.total_weight_kg", 10.0 + 5 * (month in (7, 8, 9)))
    return "documents", None


@plants("delivery-rain", "rain-normals", "wet-spells", dataset="demo-large")
def rain_turned_over(data: Damaged) -> Place:
    weather = data["weather_observations"]
    most = max(each["precipitation_mm"] for each in weather)
    for each in weather:
        each["precipitation_mm"] = round(most - each["precipitation_mm"], 1)
    return "documents", None
