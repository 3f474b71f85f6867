"""Looks a column of hashes up in a compiled list, on a cluster.

    spark-submit spark_match.py HASHES.parquet LIST.basma MATCHES.parquet

HASHES has a column ``hash``: 64 hexadecimal digits, or 32 bytes. LIST stands on a path that every host shares.
"""

import sys

from pyspark.sql import SparkSession

import basma.spark


def main() -> None:
    hashes, index, out = sys.argv[1:]
    spark = SparkSession.builder.appName("basma").getOrCreate()
    found = basma.spark.match(spark.read.parquet(hashes), "hash", index, radius=31)
    found.write.parquet(out)


if __name__ == "__main__":
    main()
