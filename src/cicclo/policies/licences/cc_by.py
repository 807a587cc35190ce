"""CC BY 4.0 (Creative Commons): attribution, notice of the licence, changes said."""

from cicclo.kernel.text import Text
from cicclo.policies.licences import LICENCES, Licence
from cicclo.policies.terms import CC

LICENCES.add(
    Licence(
        name="cc-by",
        address="https://creativecommons.org/licenses/by/4.0/",
        title=Text("Creative Commons Attribution 4.0", "Creative Commons Attribution 4.0"),
        free=("read", "index", "archive", "aggregate"),
        bound=(
            "reproduce",
            "distribute",
            "derive",
            "modify",
            "extract",
            "transform",
            "display",
            "present",
            f"{CC}CommercialUse",
        ),
        duties=(f"{CC}Attribution", f"{CC}Notice"),
        unsaid=Text(
            "les modifications sont signalées ; aucune restriction technique n'est ajoutée",
            "changes are said; no technical restriction is added",
        ),
    )
)
