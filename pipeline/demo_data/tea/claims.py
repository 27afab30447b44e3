"""Claims that several tables share."""

from __future__ import annotations

from demo_data.export.certificate import QueryClaim, no_row


def in_region(table: str, place: str) -> tuple[QueryClaim, ...]:
    """Records lie in the circle of their region (2 m are for rounding), and between its altitudes."""
    joined = f"SELECT 1 FROM {table} AS t JOIN regions AS r USING (region_id) WHERE"
    return (
        no_row(
            f"{place}: in the circle of its region",
            table,
            "regions",
            violations=f"""{joined} kilometres(t.{place}.latitude, t.{place}.longitude,
  r.geography.center_gps.lat, r.geography.center_gps.lng) > r.geography.radius_km + 0.002""",
        ),
        no_row(
            f"{place}.altitude_meters: between the altitudes of its region",
            table,
            "regions",
            violations=f"""{joined} t.{place}.altitude_meters NOT BETWEEN
  r.geography.altitude_band.min_meters AND r.geography.altitude_band.max_meters""",
        ),
    )


def near_place(table: str) -> QueryClaim:
    """Records lie within 6 km of the known place of their county that their name begins with, the longest one."""
    return no_row(
        "lies within 6 km of the place that it is named after",
        table,
        violations=f"""SELECT t.id FROM {table} AS t JOIN places AS p
  ON p.slug = split_part(t.region_id, '-', 1) AND starts_with(t.name || ' ', p.place || ' ')
GROUP BY t.id
HAVING arg_max({{km: kilometres(t.location.latitude, t.location.longitude, p.lat, p.lng)}}, length(p.place)).km > 6""",
    )
