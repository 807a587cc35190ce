"""OGC API servers, ours first: per operation, a CQL2 filter and the attributes that are shown."""

from typing import Any

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import json, writing
from cicclo.policies.targets import TARGETS, Compiled, Target
from cicclo.policies.targets._restriction import Asked, Restriction, by_operation


def compile_to_cql2(asked: Asked) -> Compiled:
    """Nothing is lost: the decision is made here, its date included, so it must be compiled again when rights change."""
    operations = by_operation(asked)
    document = {
        "collection": asked.request.target,
        "party": asked.request.party,
        "at": asked.state.now.isoformat(),
        "permitted": bool(operations),
        "operations": {operation: written(left) for operation, left in operations.items()},
    }
    return Compiled(document)


def written(left: Restriction) -> dict[str, Any]:
    """The words of OGC API Features Part 3: `filter`, `filter-lang`; `attributes` is ours."""
    found: dict[str, Any] = {}
    if left.rows is not None:
        found["filter-json"] = json.write(left.rows)
        try:
            found |= {"filter": writing.write(left.rows), "filter-lang": "cql2-text"}
        except BadInput:  # the rare tree that text cannot say
            found["filter-lang"] = "cql2-json"
    if left.seen is not None:
        found["attributes"] = sorted(left.seen - left.hidden)
    elif left.hidden:
        found["masked"] = sorted(left.hidden)
    return found


TARGETS.add(Target("cql2", Text("filtre CQL2 et attributs", "CQL2 filter and attributes"), compile_to_cql2))
