"""Settings: a frozen dataclass, filled once from the environment and from what the caller says, then handed in.

Nothing reads the environment at import: two configurations can live in one process.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import msgspec

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text

T = TypeVar("T")
PREFIX = "CICCLO_"


def load(kind: type[T], environment: Mapping[str, str], **said: Any) -> T:
    """Build `kind`: what is said (None says nothing) wins over `CICCLO_<FIELD>`, which wins over the default."""
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        variable = PREFIX + field.name.upper()
        if said.get(field.name) is not None:
            values[field.name] = said[field.name]
        elif environment.get(variable, "") != "":
            values[field.name] = _convert(variable, environment[variable], field.type)
    return kind(**values)


def _convert(variable: str, value: str, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(
            Text(f"la valeur « {value} » ne convient pas", f"the value “{value}” does not fit"),
            at=variable,
            remedy=Text(f"attendu : {kind.__name__}", f"expected: {kind.__name__}"),
        ) from error
