"""GeoServer ACL 3: rules in order of priority, first match decides; no rule is a refusal.

One party (a role) and one layer are compiled at a time, from a decision made now: an ALLOW for each operation, with the
filter and attributes in its layer details (which the API takes in a second call), then a DENY. No LIMIT is written:
GeoServer ACL throws it away when no ALLOW follows.
"""

from typing import Any

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import writing
from cicclo.ogc.cql2.model import Array, Call, Expression, Name
from cicclo.policies.model import GEO
from cicclo.policies.targets import TARGETS, Compiled, Loss, Target
from cicclo.policies.targets._losses import lost
from cicclo.policies.targets._restriction import Asked, Restriction, by_operation

SERVICES = {
    "GetMap": "WMS",
    "GetFeatureInfo": "WMS",
    "GetFeature": "WFS",
    "Transaction": "WFS",
}
_STEP = 10
_SHARED = {
    "and",
    "or",
    "not",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "like",
    "between",
    "in",
    "isNull",
    "+",
    "-",
    "*",
    "/",
}
"""Operators that CQL2 text and GeoServer's ECQL write alike."""
_KEPT = {GEO + name for name in ("operation", "attribute", "rowFilter", "featureExtent", "role")}


def compile_to_acl(asked: Asked) -> Compiled:
    """Options: `role`, `workspace`, `layer`; the last two may come from a target written `workspace:layer`."""
    where = _where(asked)
    rules: list[dict[str, Any]] = []
    losses = list(lost(asked, "GeoServer ACL", _KEPT))
    for operation, left in by_operation(asked, SERVICES).items():
        try:
            details = _details(operation, left, asked.options.get("attributes", ""))
        except BadInput as error:
            losses.append(Loss(operation, error.message))
            continue
        rule = {
            "service": SERVICES[operation],
            "request": operation,
            "access": "ALLOW",
            "name": f"cicclo: {operation}",
        }
        rules.append({"rule": {**where, **rule}, "layerDetails": details})
    last = {**where, "access": "DENY", "name": "cicclo: what is not permitted is refused"}
    rules.append({"rule": last, "layerDetails": None})
    for place, each in enumerate(rules):
        each["rule"]["priority"] = (place + 1) * _STEP
    return Compiled({"rules": rules}, tuple(losses))


def _where(asked: Asked) -> dict[str, Any]:
    workspace, _, layer = asked.request.target.rpartition("/")[2].rpartition(":")
    found = {
        "role": asked.options.get("role", ""),
        "workspace": asked.options.get("workspace", workspace),
        "layer": asked.options.get("layer", layer),
    }
    for name, value in found.items():
        if not value:
            raise BadInput(
                Text(f"GeoServer ACL demande « {name} »", f"GeoServer ACL needs “{name}”"),
                at=asked.request.target,
                remedy=Text(f"ajouter --option {name}=…", f"add --option {name}=…"),
            )
    return found


def _details(operation: str, left: Restriction, attributes: str) -> dict[str, Any] | None:
    """The filter and the attributes; None when nothing is narrowed."""
    write = operation == "Transaction"
    details: dict[str, Any] = {}
    if left.rows is not None:
        details["cqlFilterRead"] = ecql(left.rows)
        if write:
            details["cqlFilterWrite"] = details["cqlFilterRead"]
    if left.seen is not None or left.hidden:
        shown = "READWRITE" if write else "READONLY"
        details["layerAttributes"] = [
            {"name": name, "access": shown if left.shows(name) else "NONE"}
            for name in _names(left, attributes)
        ]
    return {"type": "VECTOR", **details} if details else None


def _names(left: Restriction, attributes: str) -> list[str]:
    """Once one attribute is listed, GeoServer ACL hides those that are not: a mask needs them all."""
    listed = sorted(filter(None, (name.strip() for name in attributes.split(","))))
    if left.seen is None and not listed:
        raise BadInput(
            Text(
                "opération refusée : masquer des attributs demande la liste de tous (--option attributes=a,b,c)",
                "operation refused: masking attributes needs the list of all of them (--option attributes=a,b,c)",
            )
        )
    return listed or sorted((left.seen or frozenset()) | left.hidden)


def ecql(rows: Expression) -> str:
    """CQL2 text, when it uses nothing that GeoServer's ECQL spells otherwise."""
    if strange := _strange(rows):
        raise BadInput(
            Text(
                f"opération refusée : le filtre emploie « {strange} », qu'ECQL écrit autrement",
                f"operation refused: the filter uses “{strange}”, which ECQL writes otherwise",
            )
        )
    return writing.write(rows)


def _strange(node: Expression) -> str:
    match node:
        case Call(op, args):
            return op if op not in _SHARED else next(filter(None, map(_strange, args)), "")
        case Array(items):
            return next(filter(None, map(_strange, items)), "")
        case Name() | str() | int() | float():
            return ""
    return type(node).__name__


TARGETS.add(Target("geoserver-acl", Text("règles GeoServer ACL", "GeoServer ACL rules"), compile_to_acl))
