"""A domain of five tables: streets, customers in them, what these order and owe, and who calls on them."""

from demo_data.domain import Domain

DOMAIN = Domain(
    "tests.objects.shop:DOMAIN",
    tables={each: each for each in ("streets", "customers", "orders", "bills", "visits")},
    title="a shop",
    notice="Synthetic.",
    external_tables={"vouchers": ("code",)},
)
