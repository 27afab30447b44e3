"""Kenyan identity numbers."""

from __future__ import annotations

from faker.providers.ssn import Provider as SsnProvider

from demo_data.tea.kenya import draw


class Provider(SsnProvider):
    """Numbers of Kenya's national identity card, which serve where other countries have a social security number."""

    def national_id(self) -> str:
        """Eight digits ('23456789')."""
        return draw.national_id(self.generator.random)

    def ssn(self) -> str:
        """The same as `national_id` ('23456789')."""
        return self.national_id()
