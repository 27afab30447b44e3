"""Firms and growers of Kenya's tea counties."""

from __future__ import annotations

from collections import OrderedDict

from faker.providers.company import Provider as CompanyProvider

from demo_data.tea.kenya import draw

KINDS = OrderedDict(
    (
        ("Farmers Cooperative Society Ltd", 3.0),
        ("Tea Growers SACCO Society Ltd", 3.0),
        ("Tea Growers Cooperative Society Ltd", 2.0),
        ("Dairy Farmers Cooperative Society Ltd", 2.0),
        ("Agrovet Ltd", 2.0),
        ("Transporters Ltd", 2.0),
        ("General Stores Ltd", 2.0),
        ("Green Leaf Carriers Ltd", 1.0),
    )
)
"""What a firm is, and how many there are of each kind: an invented share."""


class Provider(CompanyProvider):
    """Firms named after places of the tea counties.

    The names are composed; a cooperative or a shop that is real may happen to bear one.
    """

    formats = ("{{city}} {{company_suffix}}",)
    company_suffixes = KINDS

    def tea_factory(self) -> str:
        """An invented tea factory: no operating one bears the name ('Othaya Tea Factory')."""
        return draw.tea_factory(self.generator.random)

    def grower_number(self) -> str:
        """The number that a factory knows a grower by ('GN-12345')."""
        return draw.grower_number(self.generator.random)
