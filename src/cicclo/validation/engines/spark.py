"""`spark`: the same conditions, through Ibis, for a table that outgrows one machine.

The table is landed as Parquet with its record numbers, one query finds the suspects, they are judged here in order.
`CICCLO_SPARK_MASTER` is where Spark runs (`local[*]` by default), `CICCLO_SPARK_FOLDER` a folder that it sees too.
`CICCLO_ENGINE_URL` names another engine by its Ibis address (`trino://…`, `clickhouse://…`, `duckdb://`).
"""

from importlib.util import find_spec
from shutil import which

from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine, Progress
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table


def _walk(table: Table, judge: Judge, account: Account, progress: Progress) -> None:
    from cicclo.validation.predicates.rows import plan  # noqa: PLC0415 - Spark is slow to import
    from cicclo.validation.sorting.away import Away  # noqa: PLC0415

    found = plan(judge)
    if found is None or table.dialect is None:
        ENGINES["exact"].walk(table, judge, account, progress)
    else:
        Away(table, judge, account, found, progress).run()


def _ready() -> bool:
    return all(find_spec(name) for name in ("pyspark", "ibis", "polars")) and which("java") is not None


ENGINES.add(Engine("spark", _walk, _ready, rank=-1))
