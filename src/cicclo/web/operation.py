"""One declaration of what can be asked → a route, its validation, and its place in the API definition."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request

from cicclo.kernel.access import Action, Actor
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.web.locale import Words
from cicclo.web.reception import Reception
from cicclo.web.replies import Reply

# understood by every operation, so no parameters declare it
COMMON = frozenset({"lang"})


S = TypeVar("S", bound=msgspec.Struct)


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parameters of an operation, path and query together; no field may be None, so that the schema is OpenAPI 3.0's."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields of a submitted form, or members of a JSON body."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as a handler sees it. `csrf` goes into forms; `base` is our address as the visitor knows it."""

    request: Request
    words: Words
    actor: Actor
    csrf: str = ""

    @property
    def lang(self) -> str:
        return self.words.lang

    @property
    def base(self) -> str:
        return str(self.request.base_url).rstrip("/")


Handler = Callable[..., Reply | Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Operation:
    """`handler(visit, params)` or, with `form`, `handler(visit, params, form)`; with `reception`, a fourth argument.

    A plain function runs in a thread, a coroutine in the server's loop. `returns` is the type written as JSON,
    `media_type` that of anything else. `json` is the path of the same resource in the API, for a page that has one.
    `listed` operations stand in the API definition. `reception` says which files come with the form, and where
    they are written: the handler gets them as `Received`, by field.
    """

    method: str
    path: str
    handler: Handler
    summary: Text
    params: type[Params] = Params
    form: type[Form] | None = None
    action: Action = Action.READ
    returns: Any = None
    media_type: str = "text/html"
    json: str = ""
    status: int = 200
    reception: Reception | None = None

    @property
    def listed(self) -> bool:
        return self.path.startswith(("/api", "/badges"))

    @property
    def id(self) -> str:
        return self.handler.__name__


def path_names(path: str) -> Sequence[str]:
    """Names of the parameters in a path: `/audits/{audit}` → `audit`."""
    return re.findall(r"{(\w+)(?::\w+)?}", path)


def decode(kind: type[Params], path: Mapping[str, Any], query: QueryParams) -> Params:
    """Read the parameters; raise BadInput (400) for an unknown, repeated or invalid one."""
    values: dict[str, Any] = {}
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if _is_list(field.type)}
    for name, value in query.multi_items():
        if name in lists:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise BadInput(Text("paramètre donné deux fois", "parameter given twice"), at=name)
        elif name not in COMMON:
            values[name] = value
    if clash := values.keys() & path.keys():
        raise BadInput(
            Text("paramètre déjà dans l'adresse", "parameter already in the path"),
            at=", ".join(sorted(clash)),
        )
    return _convert({**values, **path}, kind)


def decode_form(kind: type[Form], fields: Mapping[str, Any]) -> Form:
    """Read a form; raise BadInput for an unknown or invalid field."""
    return _convert(dict(fields), kind)


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) in (list, tuple)


def _convert(values: dict[str, Any], kind: type[S]) -> S:
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    unknown = [name for name in values if name not in known]
    if unknown:
        names = ", ".join(known) or "—"
        raise BadInput(
            Text("paramètre inconnu", "unknown parameter"),
            at=", ".join(unknown),
            remedy=Text(f"paramètres admis : {names}", f"accepted parameters: {names}"),
        )
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        fact, _, place = str(error).partition(" - at ")
        name = place.strip("`").removeprefix("$.")
        raise BadInput(
            Text(f"valeur refusée ({fact})", f"value refused ({fact})"), at=name, remedy=NOTHING
        ) from error
