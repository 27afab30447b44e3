"""The outlines of Kenya's counties, for maps.

Source: the npm package @react-map/kenya 1.0.9 (MIT): lines drawn for the screen, without coordinates, and by their
names those of MapSVG's map of Kenya (CC BY 4.0), of which the package says nothing. They were laid over the outline of
Kenya by Natural Earth (1:10 million, admin 1, public domain) with one affine map, fitted by least squares: half of the
border lies within 0.9 km of that outline, nine tenths within 3.3 km. Then simplified to 0.004 degrees with their
common borders kept, and rounded to 0.001 degrees. They are coarse, and those of Kericho, Kakamega and Bungoma follow
older borders: no rule asks them, and nothing is made of them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

SOURCE = (
    "County outlines: @react-map/kenya (MIT), after MapSVG (CC BY 4.0), laid over Natural Earth's outline of Kenya "
    "(public domain); accurate to a few kilometres"
)


@cache
def county_outlines() -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the 47 counties, each with its name as `county`; shared: do not change it."""
    text = files(__package__).joinpath("county_outlines.geojson").read_text(encoding="utf-8")
    return dict(json.loads(text))
