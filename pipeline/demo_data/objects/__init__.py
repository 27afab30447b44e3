"""The Polyfactory classes: objects whose fields are the cells of the datasets, one by one or by the batch.

How an object comes about: `call` holds what is asked for; `parents` sets up an engine's world of the registered parents
and gives the rows in it, where the class does not do that itself; `columns` makes records of them; `base` lays the
overrides over them; `extra_fields` lets Polyfactory fill what no recipe states; then Pydantic validates. A class of a
domain's table is two lines, `class OrderFactory(EntityFactory[Order]): __domain__ = DOMAIN`, and `factories(DOMAIN)`
has one for each table, also for those that nobody wrote a class for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo_data.common import lazy

if TYPE_CHECKING:
    from demo_data.objects.base import EntityFactory as EntityFactory
    from demo_data.objects.base import factories as factories
else:
    __getattr__, __dir__, __all__ = lazy.face(__name__)
