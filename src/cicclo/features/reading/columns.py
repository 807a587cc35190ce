"""Columns of a file → properties of the kinds we serve, with the Arrow types that `Kind` documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.model import GEOMETRY, ID, Kind, Property
from cicclo.features.reading.account import Account
from cicclo.features.reading.values import READERS

ARROW = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}
# years 1 to 9999, in days and in milliseconds since 1970
_DAYS = (-719_162, 2_932_896)
_MOMENTS = (_DAYS[0] * 86_400_000, (_DAYS[1] + 1) * 86_400_000 - 1)

KIND = b"cicclo:kind"  # metadata of a field of texts: the kind of values written in it
Convert = Callable[[pa.Array, pa.Array, str, Account], pa.Array]


@dataclass(frozen=True, slots=True)
class Column:
    """One property, from the column `source` of the file."""

    source: str
    property: Property
    convert: Convert

    def read(self, batch: pa.RecordBatch, ids: pa.Array, account: Account) -> pa.Array:
        return self.convert(batch.column(self.source), ids, self.source, account)


def columns(fields: Iterable[pa.Field], id_column: str, account: Account) -> tuple[Column, ...]:
    """One column per field that can be served; the one named `id` that gives the identifiers is not said twice."""
    chosen: list[Column] = []
    names = {ID, GEOMETRY}
    for each in fields:
        if each.name == id_column == ID:
            continue
        kind, convert = _chosen(each)
        if kind is None:
            account.note("column-dropped", 0, at=each.name)
            continue
        name = _free(each.name, names)
        if name != each.name:
            account.note("column-renamed", 0, at=f"{each.name} → {name}")
        names.add(name)
        chosen.append(Column(each.name, Property(name, kind, sortable=kind is not Kind.JSON), convert))
    return tuple(chosen)


def written(name: str, kind: Kind) -> pa.Field:
    """A field of texts that hold values of another kind."""
    return pa.field(name, pa.string(), metadata={KIND: kind.value.encode()})


def _chosen(each: pa.Field) -> tuple[Kind | None, Convert]:
    said = (each.metadata or {}).get(KIND)
    return (Kind(said.decode()), READERS[Kind(said.decode())]) if said else _conversion(each.type)


def _free(name: str, taken: set[str]) -> str:
    wanted, number = name or "column", 1
    while wanted in taken:
        number += 1
        wanted = f"{name or 'column'}_{number}"
    return wanted


def _conversion(kind: pa.DataType) -> tuple[Kind | None, Convert]:
    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return (Kind.JSON, _json) if kind.extension_name == "arrow.json" else _conversion(kind.storage_type)
    if types.is_dictionary(kind):
        inner, convert = _conversion(kind.value_type)
        return inner, lambda values, *more: convert(values.cast(kind.value_type), *more)
    if types.is_boolean(kind):
        return Kind.BOOLEAN, _same
    if types.is_integer(kind):
        return Kind.INTEGER, _integers
    if types.is_floating(kind) or types.is_decimal(kind):
        return Kind.NUMBER, _numbers
    if types.is_date(kind):
        return Kind.DATE, _dates
    if types.is_timestamp(kind):
        return Kind.INSTANT, _instants
    if types.is_nested(kind):
        return Kind.JSON, _nested
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return None, _same
    return Kind.STRING, _texts


def _same(values: pa.Array, _ids: pa.Array, _at: str, _account: Account) -> pa.Array:
    return values


def _integers(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    if values.type == pa.uint64():
        wrong = pc.greater(values, 2**63 - 1)
        values = _without(values, wrong, account, ("number-too-large", ids, at))
    return values.cast(pa.int64())


def _numbers(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    numbers = values.cast(pa.float64())
    wrong = pc.invert(pc.is_finite(numbers))
    return _without(numbers, wrong, account, ("number-not-finite", ids, at))


def _dates(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    days = values.cast(pa.date32()).cast(pa.int32())
    return _in_range(days, _DAYS, ids, at, account).cast(pa.date32())


def _instants(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    if values.type.tz is None and values.null_count < len(values):
        account.note_rows("zone-missing", np.asarray(pc.is_valid(values)), ids, at=at)
    moments = values.cast(pa.timestamp("ms", values.type.tz), safe=False).cast(pa.int64())
    return _in_range(moments, _MOMENTS, ids, at, account).cast(ARROW[Kind.INSTANT])


def _in_range(values: pa.Array, span: tuple[int, int], ids: pa.Array, at: str, account: Account) -> pa.Array:
    beyond = pc.or_(pc.less(values, span[0]), pc.greater(values, span[1]))
    return _without(values, beyond, account, ("date-out-of-range", ids, at))


def _without(
    values: pa.Array, wrong: pa.Array, account: Account, said: tuple[str, pa.Array, str]
) -> pa.Array:
    """Values with the wrong ones nulled, and noted: `said` is the code, the identifiers, the column."""
    code, ids, at = said
    if not pc.any(wrong).as_py():
        return values
    account.note_rows(code, np.asarray(pc.fill_null(wrong, False)), ids, at=at)  # noqa: FBT003
    return pc.if_else(wrong, pa.scalar(None, values.type), values)


def readable(values: pa.Array) -> pa.Array:
    """Texts that are UTF-8 for sure, whatever the file holds; the columns' own account says which were not."""
    return _texts(values, pa.nulls(len(values), pa.string()), "", Account())


def _texts(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    texts = values.cast(pa.string())
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return _decoded(texts, ids, at, account)
    return texts


def _decoded(texts: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    """Texts of which some are not UTF-8: those are read in Windows-1252, the usual culprit."""
    wrong = np.zeros(len(texts), bool)
    read: list[str | None] = []
    for index, raw in enumerate(texts.view(pa.binary()).to_pylist()):
        try:
            read.append(None if raw is None else raw.decode())
        except UnicodeDecodeError:
            wrong[index] = True
            read.append(raw.decode("cp1252", "replace"))
    account.note_rows("text-not-utf8", wrong, ids, at=at)
    return pa.array(read, pa.string())


def _json(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    """JSON as it stands in the file, without spaces; what is not JSON becomes a JSON string."""
    storage = values.storage if isinstance(values, pa.ExtensionArray) else values
    texts = _texts(storage, ids, at, account)
    wrong = np.zeros(len(texts), bool)
    written: list[str | None] = []
    for index, text in enumerate(texts.to_pylist()):
        try:
            written.append(None if text is None else msgspec.json.encode(msgspec.json.decode(text)).decode())
        except msgspec.DecodeError:
            wrong[index] = True
            written.append(msgspec.json.encode(text).decode())
    account.note_rows("json-invalid", wrong, ids, at=at)
    return pa.array(written, pa.string())


def _nested(values: pa.Array, _ids: pa.Array, _at: str, _account: Account) -> pa.Array:
    written = (
        None if each is None else msgspec.json.encode(each, enc_hook=_said) for each in values.to_pylist()
    )
    return pa.array([None if each is None else each.decode() for each in written], pa.string())


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
