from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import carrier

from demo_data.tea.kenya.phones import Prefix, prefixes

EVERY_PREFIX = [pytest.param(prefix, id=str(prefix.prefix)) for prefix in prefixes()]
# Equitel rents Airtel's network, so libphonenumber shows Airtel; Jamii is Jamii Telecommunications Ltd.
CARRIER = {"Equitel": "Airtel", "Jamii": "JTL"}


@pytest.mark.parametrize("prefix", EVERY_PREFIX)
def test_valid_and_mobile(prefix: Prefix) -> None:
    """Whatever six digits follow, the number is valid, Kenyan and mobile, and the operator's."""
    for subscriber in (0, 1, 123_456, 500_000, 700_700, 899_999, 987_654, 999_999):
        number = phonenumbers.parse(f"+254{prefix.prefix}{subscriber:06d}")

        assert phonenumbers.is_valid_number_for_region(number, "KE")
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert CARRIER.get(prefix.operator, prefix.operator) == carrier.name_for_number(number, "en")


def test_ranges() -> None:
    """Prefixes lie in 700 to 799, 100 to 108 and 110 to 119, ascend, and stand once each."""
    found = [prefix.prefix for prefix in prefixes()]

    assert found == sorted(set(found))
    assert set(found) <= {*range(700, 800), *range(100, 109), *range(110, 120)}


def test_weights_are_thousands_of_a_million() -> None:
    """A prefix's weight is 1 to 1000 thousand numbers, and all together are at least 50 million."""
    assert all(1 <= prefix.weight <= 1000 for prefix in prefixes())
    assert sum(prefix.weight for prefix in prefixes()) >= 50_000


@pytest.mark.parametrize(
    ("operator", "low", "high"),
    [
        ("Safaricom", 63.2, 63.5),
        ("Airtel", 32.1, 32.4),
        ("Equitel", 1.95, 2.05),
        ("Telkom", 1.45, 1.55),
        ("Jamii", 0.85, 0.95),
    ],
)
def test_operator_shares(operator: str, low: float, high: float) -> None:
    """Shares, in percent, lie in the range of the Communications Authority's report of March 2025."""
    total = sum(prefix.weight for prefix in prefixes())
    own = sum(prefix.weight for prefix in prefixes() if prefix.operator == operator)

    assert low <= 100 * own / total <= high


def test_no_other_operator() -> None:
    """Only these five sell to the public: the rest hold prefixes that few people have."""
    assert {"Safaricom", "Airtel", "Telkom", "Equitel", "Jamii"} == {prefix.operator for prefix in prefixes()}
