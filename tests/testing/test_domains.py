"""The plugin in a project of another domain."""

from __future__ import annotations

import pytest

from tests.testing.runs import configured, ran

TESTS = """
def test_objects(demo_registry, street_factory, customer_factory):
    street = street_factory.build_and_register()
    assert demo_registry.domain.reference == "tests.objects.shop:DOMAIN"
    assert customer_factory.build().street_id == street.id
"""


def test_configured(there: pytest.Pytester) -> None:
    """Pytest's configuration may name the domain, whose classes the fixtures are."""
    there.makepyfile(TESTS)
    configured(there, demo_data_domain="tests.objects.shop:DOMAIN")

    ran(there).assert_outcomes(passed=1)


@pytest.mark.full
def test_of_the_project(there: pytest.Pytester) -> None:
    """A project's pyproject.toml names the domain for the tests as it does for the commands."""
    there.makepyfile(TESTS)
    there.makepyprojecttoml('[tool.demo-data]\ndomain = "tests.objects.shop:DOMAIN"\n')

    ran(there).assert_outcomes(passed=1)


@pytest.mark.full
def test_no_such_domain(there: pytest.Pytester) -> None:
    """Where there is no such domain, the tests that ask for its objects say so, and the others run."""
    there.makepyfile(TESTS + "\ndef test_own(): pass\n")
    configured(there, demo_data_domain="nowhere:DOMAIN")
    result = ran(there)

    result.assert_outcomes(passed=1, errors=1)
    assert "nowhere:DOMAIN" in result.stdout.str()
