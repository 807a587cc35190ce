"""What the catalogue of a database says of one table. Names come from the catalogue, quoted once, here."""

from dataclasses import dataclass

from cicclo.features.model import GeometryKind, Kind


def quoted(name: str) -> str:
    """An identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A constant of SQL, for names of ours inside what we write; values of clients are bound instead."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `name` is the property's, `column` the database's, `base` the short name of its type.

    `type` is how SQL writes the type, without its size: casting to a size cuts in silence.

    `ordered`: its own order is the one of code points. `exact`: equal means the same code points.
    """

    name: str
    column: str
    type: str
    base: str
    kind: Kind
    nullable: bool = True
    default: bool = False
    generated: bool = False
    ordered: bool = True
    exact: bool = True
    comment: str = ""
    values: tuple[str, ...] = ()
    size: int = 0  # characters at most; 0: no limit
    array: bool = False

    @property
    def sql(self) -> str:
        return f"t.{quoted(self.column)}"


@dataclass(frozen=True, slots=True)
class Geometry:
    """`indexed`: by a GiST index, without which boxes read the whole table."""

    column: str
    kind: GeometryKind
    srid: int
    has_z: bool = False
    measured: bool = False
    curved: bool = False
    geography: bool = False
    nullable: bool = True
    indexed: bool = False
    type: str = "geometry"

    @property
    def point(self) -> bool:
        return self.kind is GeometryKind.POINT

    @property
    def stored(self) -> str:
        return f"t.{quoted(self.column)}"

    @property
    def sql(self) -> str:
        """A plain geometry that every function takes."""
        sql = f"{self.stored}::geometry" if self.geography else self.stored
        if self.curved:
            sql = f"ST_CurveToLine({sql})"
        return (f"ST_Force3D({sql})" if self.has_z else f"ST_Force2D({sql})") if self.measured else sql


@dataclass(frozen=True, slots=True)
class Table:
    """`id` is not among `columns` unless it stands as a property too (it does not: it is the feature's id)."""

    schema: str
    name: str
    id: Column
    columns: tuple[Column, ...]
    geometry: Geometry | None
    comment: str = ""
    rows: float = 0.0  # the planner's estimate
    relation: bool = True  # a table with versions of rows (xmin), not a view
    editable: bool = False  # a table that the account may change

    @property
    def sql(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def shown(self) -> str:
        return f"{self.schema}.{self.name}"

    def column(self, name: str) -> Column | None:
        return next((each for each in self.columns if each.name == name), None)


class Bound:
    """A statement's values: what a client says is bound here, never written into SQL."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def __call__(self, value: object, type_: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{type_}"
