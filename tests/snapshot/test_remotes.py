"""Versions come from real remotes, whole, into fresh clones with empty caches."""

from __future__ import annotations

import time

from tests.snapshot.serving import Remote
from tests.snapshot.upstream import FIRST, SECOND, Tree


def test_x(versions: Tree, published: Tree, s3: Remote, clone: Tree):
    t = time.time()
    print(versions.run("git", "log", "--oneline"), versions.run("git", "status", "--short"))
    print(versions.objects("data/minimal/farmers.parquet"), versions.objects("data/minimal/farmers.parquet", SECOND))
    print(clone.demo_data("snapshot", "fetch", FIRST, **s3.environment))
    print(clone.demo_data("snapshot", "fetch", SECOND, **s3.environment))
    print(clone.demo_data("snapshot", "fetch", SECOND))
    print(time.time() - t)
