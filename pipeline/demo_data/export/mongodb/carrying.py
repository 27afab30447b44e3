"""Carries out a plan, once what an earlier load has left is in order."""

from __future__ import annotations

from collections.abc import Callable

from demo_data.common.rendering import printable
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.placing import ended
from demo_data.export.mongodb.plan import Plan
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.writing import write


def carry_out(plan: Plan, journal: Journal, report: LoadReport, notify: Callable[[str], None] | None = None) -> None:
    """Put in order what an earlier load has left, then do what a plan says, whoever made it; or tell, on a dry run."""
    if left := journal.left():
        done = "; a load would undo or end it"
        if not report.dry_run:
            done = f": {ended(journal, journal.take_over(left))}"
        since = f"{printable(left.source)} begun {left.began:%Y-%m-%d %H:%M} UTC"
        report.recovered = f"a load of {since} was cut off{done} first"
    plan.look()
    report.notes = [note for there in plan.there.values() for note in there.notes]
    if notify:
        for note in report.notes:
            notify(note)
    report.mode = plan.mode
    report.collections = plan.dry_run() if report.dry_run else write(plan, journal, report.mode, report.path)
