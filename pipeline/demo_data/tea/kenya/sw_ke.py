"""The Faker locale `sw_KE`: a class per package of Faker's providers, which `common.faker_locale` has Faker find."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal

from faker.providers.address import Provider as AddressProvider
from faker.providers.company import Provider as CompanyProvider
from faker.providers.geo import Provider as GeoProvider
from faker.providers.person import Provider as PersonProvider
from faker.providers.phone_number import Provider as PhoneNumberProvider
from faker.providers.ssn import Provider as SsnProvider

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

MICRODEGREE = Decimal("0.000001")


class Address(AddressProvider):
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


class Company(CompanyProvider):
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


class Geo(GeoProvider):
    """Coordinates in Kenya's bounding box, which reaches over its borders into its neighbours and the sea."""

    def latitude(self) -> Decimal:
        """Degrees north, -4.7 to 4.6 (Decimal('-0.546500'))."""
        return Decimal(draw.latitude(self.generator.random)).quantize(MICRODEGREE)

    def longitude(self) -> Decimal:
        """Degrees east, 33.9 to 41.9 (Decimal('36.931800'))."""
        return Decimal(draw.longitude(self.generator.random)).quantize(MICRODEGREE)

    def local_latlng(self, country_code: str = "KE", coords_only: bool = False) -> tuple[str, ...] | None:
        """A place on land, one of Faker's Kenyan ones unless another country is asked for: its coordinates first."""
        return super().local_latlng(country_code, coords_only)


class Person(PersonProvider):
    """Names of the communities of the tea counties, each as frequent as its bearers are there.

    A whole name belongs to one community and one gender, as in Mercy Chebet or Kamau Njoroge; it has no title.
    A first or last name that is asked for alone is one of any community.
    """

    first_names = draw.given_names()
    first_names_female = draw.given_names("female")
    first_names_male = draw.given_names("male")
    last_names = draw.family_names()
    last_names_female = draw.family_names("female")
    last_names_male = draw.family_names("male")

    # Kiswahili abbreviations of Bibi, Bwana, Daktari (Doctor), Mwalimu (Teacher).
    prefixes_female = ("Bi.", "Dkt.", "Mwl.")
    prefixes_male = ("Bw.", "Dkt.", "Mwl.")

    def name(self) -> str:
        """A woman's or a man's name, as often the one as the other ('Mercy Chebet')."""
        return self._name(None)

    def name_female(self) -> str:
        """A woman's name ('Mary Wanjiku')."""
        return self._name("female")

    def name_male(self) -> str:
        """A man's name ('Kamau Njoroge')."""
        return self._name("male")

    def name_nonbinary(self) -> str:
        """The same as `name`: the data has women's and men's names only ('Mercy Chebet')."""
        return self._name(None)

    def _name(self, gender: str | None) -> str:
        return " ".join(draw.name(self.generator.random, gender, self.__use_weighting__))


class PhoneNumber(PhoneNumberProvider):
    """Mobile numbers on prefixes that are assigned, each operator as frequent as its subscriptions."""

    def phone_number(self) -> str:
        """A mobile number in E.164 ('+254722123456')."""
        return draw.phone_number(self.generator.random, self.__use_weighting__)

    def msisdn(self) -> str:
        """The same without the plus sign ('254722123456')."""
        return self.phone_number().removeprefix("+")


class Ssn(SsnProvider):
    """Numbers of Kenya's national identity card, which serve where other countries have a social security number."""

    def national_id(self) -> str:
        """Eight digits; seven for people old enough ('23456789')."""
        return draw.national_id(self.generator.random)

    def ssn(self) -> str:
        """The same as `national_id` ('23456789')."""
        return self.national_id()
