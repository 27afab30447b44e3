"""The locale, seeded."""

from __future__ import annotations

import pytest
from faker import Faker

import demo_data  # noqa: F401 (it tells Faker of the locale)


@pytest.fixture
def fake() -> Faker:
    """The locale, seeded."""
    fake = Faker("sw_KE")
    fake.seed_instance(1)
    return fake
