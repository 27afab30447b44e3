"""The words in which columns are stated: recipes, distributions, text and the calendar. `demo_data.engine` says how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.recipes.calendar import DAY as DAY
    from demo_data.recipes.calendar import MICRO as MICRO
    from demo_data.recipes.calendar import WEEKDAYS as WEEKDAYS
    from demo_data.recipes.calendar import born_day as born_day
    from demo_data.recipes.calendar import calendar_day as calendar_day
    from demo_data.recipes.calendar import day_of_year as day_of_year
    from demo_data.recipes.calendar import first_day as first_day
    from demo_data.recipes.calendar import last_day as last_day
    from demo_data.recipes.calendar import month as month
    from demo_data.recipes.calendar import months_around as months_around
    from demo_data.recipes.calendar import months_of as months_of
    from demo_data.recipes.calendar import next_on as next_on
    from demo_data.recipes.calendar import seasonal as seasonal
    from demo_data.recipes.calendar import spread_on as spread_on
    from demo_data.recipes.calendar import weekday as weekday
    from demo_data.recipes.columns import Array as Array
    from demo_data.recipes.columns import Coded as Coded
    from demo_data.recipes.columns import Column as Column
    from demo_data.recipes.columns import Columns as Columns
    from demo_data.recipes.columns import Earlier as Earlier
    from demo_data.recipes.columns import Events as Events
    from demo_data.recipes.columns import Lists as Lists
    from demo_data.recipes.columns import Maybe as Maybe
    from demo_data.recipes.columns import Noise as Noise
    from demo_data.recipes.columns import Rows as Rows
    from demo_data.recipes.columns import Settings as Settings
    from demo_data.recipes.distributions import Chance as Chance
    from demo_data.recipes.distributions import Normal as Normal
    from demo_data.recipes.distributions import Uniform as Uniform
    from demo_data.recipes.distributions import Unit as Unit
    from demo_data.recipes.distributions import Weighted as Weighted
    from demo_data.recipes.growth import YEAR as YEAR
    from demo_data.recipes.growth import joining_days as joining_days
    from demo_data.recipes.growth import rows_ever as rows_ever
    from demo_data.recipes.growth import seasons as seasons
    from demo_data.recipes.lookup import Choices as Choices
    from demo_data.recipes.lookup import exponential as exponential
    from demo_data.recipes.lookup import exponential_power as exponential_power
    from demo_data.recipes.lookup import lognormal as lognormal
    from demo_data.recipes.lookup import normal_quantile as normal_quantile
    from demo_data.recipes.lookup import quantile_number as quantile_number
    from demo_data.recipes.recipe import Count as Count
    from demo_data.recipes.recipe import Recipe as Recipe
    from demo_data.recipes.text import at_least as at_least
    from demo_data.recipes.text import dense as dense
    from demo_data.recipes.text import digits as digits
    from demo_data.recipes.text import hexadecimal as hexadecimal
    from demo_data.recipes.text import joined as joined
    from demo_data.recipes.text import padded as padded
    from demo_data.recipes.text import texts as texts
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
