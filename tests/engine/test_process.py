from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import hashlib, sys
import pyarrow as pa
from demo_data.engine.assemble import assemble
from tests.worlds import TABLES, make
world = make(regions__count=4, factories__count=6, collection_points__count=12)
for name in TABLES:
    table = assemble(world.rows(name, 0, world.count(name)))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    print(name, hashlib.sha256(sink.getvalue()).hexdigest())
"""


def run(**environment: str) -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_same_in_every_process() -> None:
    """Hash seed, time zone and locale change no byte of any table, dictionaries included."""
    here = run(PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")

    assert len(here.splitlines()) == 9
    assert here == run(PYTHONHASHSEED="2", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8")
