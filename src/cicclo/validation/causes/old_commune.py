"""Commune codes that the official geographic code no longer has; told by the check `commune-in-force`."""

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field


def explain(fault: Fault, _field: Field | None) -> str:
    """Propose the commune that holds the old one's territory, when it is known."""
    return str(fault.facts.get("merged", ""))


DETECTORS.add(
    Detector(
        "old-commune-code",
        10,
        Text("n'est pas un code de commune en vigueur", "is not a current commune code"),
        Text("ne sont pas des codes de commune en vigueur", "are not current commune codes"),
        Text(
            "prendre le code de la commune actuelle (fusion, commune associée ou déléguée) dans le code officiel géographique",
            "take the code of the present commune (merged, associated or delegated) from the official geographic code",
        ),
        explain,
        ("french-values/commune-in-force",),
    )
)
