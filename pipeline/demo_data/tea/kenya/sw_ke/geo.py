"""Where Kenya lies."""

from __future__ import annotations

from decimal import Decimal

from faker.providers.geo import Provider as GeoProvider

from demo_data.tea.kenya import draw

MICRODEGREE = Decimal("0.000001")


class Provider(GeoProvider):
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
