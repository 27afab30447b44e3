"""Addresses in Kenya's tea counties."""

from __future__ import annotations

from faker.providers.address import Provider as AddressProvider

from demo_data.tea.kenya import draw


class Provider(AddressProvider):
    """Towns, trading centres and villages of the tea counties, with the postcode of their post office.

    Kenya's other counties are not in the data. Streets and their numbers are invented; post goes to boxes.
    """

    city_suffixes = ("Town", "Market", "Centre")
    street_suffixes = ("Road", "Street", "Lane")
    street_name_formats = ("{{city}} {{street_suffix}}",)
    building_number_formats = ("%", "%#", "%##")

    def city(self) -> str:
        """A town, trading centre or village ('Othaya')."""
        return draw.place(self.generator.random).place

    def county(self) -> str:
        """A county with a tea zone, one of 17 among Kenya's 47 ('Kericho')."""
        return draw.tea_county(self.generator.random).county

    administrative_unit = county

    def ward(self) -> str:
        """The name of a place in a tea county: wards are mostly named so, but the data does not say which are wards."""
        return self.city()

    def postcode(self) -> str:
        """Five digits, of a post office in a tea county ('10106')."""
        return draw.place(self.generator.random).postcode

    def address(self) -> str:
        """A post office box in one place, with that place's postcode ('P.O. Box 457-10106, Othaya')."""
        return draw.postal_address(self.generator.random)
