"""Licence Ouverte 2.0 (Etalab)."""

from cicclo.kernel.text import Text
from cicclo.policies.licences import LICENCES, Licence
from cicclo.policies.terms import CC

LICENCES.add(
    Licence(
        name="lov2",
        address="https://spdx.org/licenses/etalab-2.0",
        title=Text("Licence Ouverte 2.0", "Open Licence 2.0"),
        free=("read", "display", "index", "archive", "aggregate"),
        bound=(
            "reproduce",
            "distribute",
            "derive",
            "modify",
            "extract",
            "transform",
            "present",
            f"{CC}CommercialUse",
        ),
        duties=("attribute",),
        unsaid=Text(
            "la mention donne la source et la date de dernière mise à jour",
            "the attribution gives the source and the date of the last update",
        ),
    )
)
