"""GeoNetwork: what one group may do with one record (`PUT /srv/api/records/{uuid}/sharing`).

A privilege is all or nothing: an action that the policy permits on some rows or attributes only gives none.
"""

from collections.abc import Iterator
from dataclasses import replace

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies.deciding import decide
from cicclo.policies.model import ODRL
from cicclo.policies.targets import TARGETS, Compiled, Loss, Target
from cicclo.policies.targets._losses import lost
from cicclo.policies.targets._restriction import Asked, Restriction, restriction

PRIVILEGES = {"view": "read", "dynamic": "display", "download": "reproduce", "editing": "modify"}
"""GeoNetwork's operation → the ODRL action that it is; `notify` and `featured` are no rights on data."""


def compile_to_privileges(asked: Asked) -> Compiled:
    """Option `group`: the number of the group (1 all, 0 intranet, -1 guest, others of the server)."""
    group = _group(asked.options.get("group", ""))
    found = {operation: _left(asked, action) for operation, action in PRIVILEGES.items()}
    operations = {operation: left.permitted and not _partial(left) for operation, left in found.items()}
    document = {"clear": False, "privileges": [{"group": group, "operations": operations}]}
    return Compiled(document, (*_closed(found), *lost(asked, "GeoNetwork", ())))


def _left(asked: Asked, action: str) -> Restriction:
    return restriction(decide(asked.policies, replace(asked.request, action=ODRL + action), asked.state))


def _partial(left: Restriction) -> bool:
    return left.rows is not None or left.seen is not None or bool(left.hidden)


def _closed(found: dict[str, Restriction]) -> Iterator[Loss]:
    for operation, left in found.items():
        if left.permitted and _partial(left):
            yield Loss(
                operation,
                Text(
                    "permis en partie seulement (lignes ou attributs) : GeoNetwork ne sait pas le dire, rien n'est ouvert",
                    "permitted only in part (rows or attributes): GeoNetwork cannot say it, nothing is opened",
                ),
            )


def _group(said: str) -> int:
    try:
        return int(said)
    except ValueError as error:
        raise BadInput(
            Text("GeoNetwork demande le numéro du groupe", "GeoNetwork needs the number of the group"),
            remedy=Text("ajouter --option group=2", "add --option group=2"),
        ) from error


TARGETS.add(
    Target("geonetwork", Text("privilèges GeoNetwork", "GeoNetwork privileges"), compile_to_privileges)
)
