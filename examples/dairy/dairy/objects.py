"""The Polyfactory classes."""

from dairy import DOMAIN
from dairy.cows.model import Cow
from dairy.farmers.model import Farmer
from demo_data.objects import EntityFactory


class FarmerFactory(EntityFactory[Farmer]):
    __domain__ = DOMAIN


class CowFactory(EntityFactory[Cow]):
    __domain__ = DOMAIN
