"""Spark, in this process; run as a script, it writes a dataset's tables anew: `python sparks.py DATASET OUT TYPE`.

TYPE is how it writes moments: INT96, its default, or TIMESTAMP_MICROS.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
}


def session() -> Any:
    """The process's Spark session."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    print("begun", flush=True)
    dataset, out, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    spark = session()
    spark.conf.set("spark.sql.parquet.outputTimestampType", kind)
    for table in sorted(dataset.glob("*.parquet")):
        spark.read.parquet(str(table)).write.parquet(str(out / table.name))


if __name__ == "__main__":
    main()
