"""A domain of five tables, for objects: streets, their customers, these people's orders, and what they owe, and visits to them."""

from demo_data.domain import Domain

DOMAIN = Domain(
    "tests.objects.shop:DOMAIN",
    tables={each: each for each in ("streets", "customers", "orders", "bills", "visits")},
    title="a shop",
    notice="Synthetic.",
    external_tables={"vouchers": ("code",)},
)
