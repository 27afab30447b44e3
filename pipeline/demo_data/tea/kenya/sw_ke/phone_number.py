"""Kenyan phone numbers."""

from __future__ import annotations

from faker.providers.phone_number import Provider as PhoneNumberProvider

from demo_data.tea.kenya import draw


class Provider(PhoneNumberProvider):
    """Mobile numbers on prefixes that are assigned, each operator as frequent as its subscriptions."""

    def phone_number(self) -> str:
        """A mobile number in E.164 ('+254722123456')."""
        return draw.phone_number(self.generator.random, self.__use_weighting__)

    def msisdn(self) -> str:
        """The same without the plus sign ('254722123456')."""
        return self.phone_number().removeprefix("+")
