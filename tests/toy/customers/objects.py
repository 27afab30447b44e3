"""The class that makes customers."""

from __future__ import annotations

from demo_data.objects import EntityFactory
from tests.toy import DOMAIN
from tests.toy.customers.model import Customer


class CustomerFactory(EntityFactory[Customer]):
    """Customers, one after the other."""

    __domain__ = DOMAIN
