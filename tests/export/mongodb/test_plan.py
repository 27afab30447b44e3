"""A plan is carried out, whoever made it: no directory stands behind this one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bson import encode
from bson.raw_bson import RawBSONDocument

from demo_data.common.errors import UsageError
from demo_data.export.mongodb.carrying import carry_out
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.plan import Plan, Records
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.server import connected
from demo_data.export.mongodb.targets import Item, targets
from demo_data.tea import DOMAIN
from demo_data.validation import Report
from tests.export.mongodb.serving import Databases

REGION = {"_id": "a", "region_id": "a"}


def load(there: Databases, *, broken: bool) -> LoadReport:
    """Load one region out of memory; `broken` says that there is no other where one is announced."""
    (target,) = targets(DOMAIN, ["regions"], there.suffix)

    def batches() -> Iterator[list[Item]]:
        yield [Item(("a",), RawBSONDocument(encode(REGION)))]
        if broken:
            raise UsageError("the feed has ended")

    with connected(there.uri) as server:
        report = LoadReport("a feed", server.hosts, Report("a feed", {}))
        plan = Plan(server, [Records(target, 1, batches)], clear=False)
        carry_out(plan, Journal(server, DOMAIN, there.suffix), report)
    return report


def test_documents_out_of_memory(there: Databases) -> None:
    """They are loaded, counted, read back and, the second time, left alone."""
    first, second = load(there, broken=False), load(there, broken=False)
    counts = [(one.inserted, one.unchanged, one.read_back) for report in (first, second) for one in report.collections]

    assert counts == [(1, 0, 1), (0, 1, 1)]
    assert there.documents("plantation.regions") == [REGION]


def test_documents_that_end_early(there: Databases) -> None:
    """Where they end in an error, nothing of them is there."""
    with pytest.raises(UsageError, match="the feed has ended"):
        load(there, broken=True)

    assert there.content() == {}
