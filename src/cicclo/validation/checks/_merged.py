"""What to say of a commune's code that is not in force: where its territory went, and when."""

from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import Facts

LONG_AGO = "1970"


def explain(value: Any) -> Facts:
    """Facts on an old code; none for a text that never was a code."""
    found = reference.merged(value) if isinstance(value, str) else None
    if found is None:
        return {"postal": True} if isinstance(value, str) and value in reference.postal_codes() else {}
    return {
        "merged": found.into,
        "merged_name": found.into_name,
        "old_name": found.name,
        "date": found.date,
        "exact": found.exact,
        "postal": found.date < LONG_AGO and value in reference.postal_codes(),
    }


def say(facts: Facts) -> Text:
    """One sentence, of the merger when there was one."""
    if facts.get("postal"):  # far likelier than a code that went out of use long ago
        return Text(
            f"« {facts['value']} » est un code postal, pas un code de commune : donner le code INSEE de la commune.",
            f"“{facts['value']}” is a postal code, not the code of a commune: give the commune's INSEE code.",
        )
    if "merged" not in facts:
        return Text(
            "Ce code n'est pas celui d'une commune du code officiel géographique (cinq caractères, zéro de tête compris).",
            "This is not the code of a commune of the official geographic code (five characters, leading zero included).",
        )
    old, new = f"{facts['value']} ({facts['old_name']})", f"{facts['merged']} ({facts['merged_name']})"
    since_fr, since_en = ("le", "on") if facts["exact"] else ("au plus tard le", "by")
    return Text(
        f"La commune {old} est passée dans {new} {since_fr} {facts['date']} : remplacer le code.",
        f"Commune {old} became part of {new} {since_en} {facts['date']}: replace the code.",
    )
