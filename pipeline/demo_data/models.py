"""The models of every table, their value objects and enumerations; beside each table's model, its recipe.

Import classes from here: `from demo_data.models import Farmer, GeoLocation, FarmScale`.
"""

import typing as _typing

if _typing.TYPE_CHECKING:  # what type checkers read; a table that is not here is offered all the same
    from demo_data.tea.documents.model import *
    from demo_data.tea.factories.model import *
    from demo_data.tea.farmers.model import *
    from demo_data.tea.grading.model import *
    from demo_data.tea.performance.model import *
    from demo_data.tea.points.model import *
    from demo_data.tea.regions.model import *
    from demo_data.tea.sources.model import *
    from demo_data.tea.values import *
    from demo_data.tea.weather.model import *
else:
    from demo_data.tea import DOMAIN as _DOMAIN
    from demo_data.tea import values as _values

    for _module in (_values, *(_DOMAIN.part(_table, "model") for _table in _DOMAIN.tables)):
        for _name, _value in vars(_module).items():
            if isinstance(_value, type) and _value.__module__ == _module.__name__:
                globals()[_name] = _value
