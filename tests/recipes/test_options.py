"""Settings that are one of a few words."""

from __future__ import annotations

import pytest

from demo_data.common.errors import UsageError
from demo_data.engine.world import World
from demo_data.profile import load_profile
from tests.toy import DOMAIN


def test_options() -> None:
    """A setting of a few words is the first of them, or what the profile says, and no other."""

    def first(*changes: str) -> str:
        settings = load_profile("small", changes=changes, domain=DOMAIN)
        return str(World(DOMAIN, settings).whole("customers")["id"][0])

    assert (first(), first("customers.ids=plain")) == ("C-0001", "C-1")
    with pytest.raises(
        UsageError, match=r"customers\.ids: is one of padded, plain; did you mean 'plain'\? \(got 'plan'\)"
    ):
        first("customers.ids=plan")
