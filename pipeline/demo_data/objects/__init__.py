"""The Polyfactory classes: objects whose fields are the cells of the datasets, one by one or by the batch.

They are offered by `pipeline` itself, with the registry that they share and what steers them:

>>> from demo_data import FarmerFactory, RegionFactory, set_seed
>>> set_seed(12345)
>>> region = RegionFactory.build_and_register(county="Kericho")
>>> [farmer.id for farmer in FarmerFactory.batch(3)]
['WM-0001', 'WM-0002', 'WM-0003']
>>> FarmerFactory.build(farm_size_hectares=7.5).farm_scale
<FarmScale.ESTATE: 'estate'>

How an object comes about: `call` holds what is asked for; `places` and `histories` set up an engine's world of the
registered parents; the class gives its rows in it; `columns` makes records of them; `base` lays the overrides over
them; `filled` lets Polyfactory fill what no recipe states; then Pydantic validates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.objects.base import EntityFactory as EntityFactory
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
