"""CQL2 → SQL."""

from cicclo.features.stores._postgis.model import Bound, Table
from cicclo.ogc.cql2.model import Expression


def condition(table: Table, expression: Expression, bound: Bound) -> str:
    raise NotImplementedError
