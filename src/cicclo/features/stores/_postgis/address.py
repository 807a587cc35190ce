"""`postgresql://user:password@host/database?table=schema.table` → where to connect and what to serve there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from cicclo.features.errors import BadSource
from cicclo.kernel.text import Text

SCHEMES = ("postgresql://", "postgres://")
_HERE = ("127.0.0.1", "::1", "localhost")
_TLS = {"ssl", "sslmode"}
_OURS = ("table", "schema", "id_column", "geometry", "crs", "pool", "seconds")


@dataclass(frozen=True, slots=True)
class Address:
    """`dsn` holds the password: it never leaves this object but towards the server. `shown` may be told.

    `plain`: without TLS, which is what nothing asks for on this very machine (it costs a third of the requests).
    `tables` and `schemas` empty: every spatial table of the search path. `pool` connections at most, each statement
    given up after `seconds`.
    """

    dsn: str = field(repr=False)
    shown: str
    tables: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    id_column: str = ""
    geometry: str = ""
    crs: str = ""
    plain: bool = False
    pool: int = 8
    seconds: float = 20.0


def read(address: str, options: Mapping[str, Any] | None = None) -> Address:
    """Split an address into what the driver reads and what we read; options of the configuration win."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query, keep_blank_values=True)
    said = {name: asked.pop(name) for name in _OURS if name in asked}
    for name, value in (options or {}).items():
        if name in _OURS:
            said[name] = value if isinstance(value, list) else [str(value)]
    shown = f"{parts.hostname or 'localhost'}{parts.path}"
    return Address(
        dsn=urlunsplit(parts._replace(query=urlencode(asked, doseq=True))),
        shown=shown,
        tables=_names(said.get("table", [])),
        schemas=_names(said.get("schema", [])),
        id_column=said.get("id_column", [""])[0],
        geometry=said.get("geometry", [""])[0],
        crs=said.get("crs", [""])[0],
        plain=parts.hostname in _HERE and not _TLS & asked.keys(),
        pool=int(_number("pool", said, 8, shown)),
        seconds=_number("seconds", said, 20.0, shown),
    )


def _names(values: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _number(name: str, said: Mapping[str, list[str]], usual: float, shown: str) -> float:
    try:
        value = float(said[name][0]) if name in said else usual
    except ValueError:
        value = 0.0
    if 0 < value < 10_000:
        return value
    raise BadSource(
        Text(f"{name} doit être un nombre positif", f"{name} must be a positive number"),
        at=shown,
        remedy=Text(f"par exemple {name}={usual:g}", f"for instance {name}={usual:g}"),
    )
