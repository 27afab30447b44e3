"""The class that makes orders."""

from __future__ import annotations

from demo_data.objects import EntityFactory
from tests.toy import DOMAIN
from tests.toy.orders.model import Order


class OrderFactory(EntityFactory[Order]):
    """Orders of the registered customers."""

    __domain__ = DOMAIN
