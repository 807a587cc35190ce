"""ODbL 1.0 (Open Data Commons): attribution, notices, share-alike for derived databases that are made public."""

from cicclo.kernel.text import Text
from cicclo.policies.licences import LICENCES, Licence
from cicclo.policies.terms import CC

LICENCES.add(
    Licence(
        name="odbl",
        address="https://opendatacommons.org/licenses/odbl/1-0/",
        title=Text("Open Database License 1.0", "Open Database License 1.0"),
        free=(
            "read",
            "display",
            "index",
            "archive",
            "aggregate",
            "reproduce",
            "modify",
            "derive",
            "transform",
            "extract",
            f"{CC}CommercialUse",
        ),
        bound=("distribute", "present"),
        duties=("attribute", f"{CC}Notice", f"{CC}ShareAlike"),
        unsaid=Text(
            "le partage à l'identique ne vaut que pour la base dérivée rendue publique, qui reste sans verrou technique",
            "share-alike holds only for a derived database that is made public, which stays without technical restrictions",
        ),
    )
)
