"""The vintage of the code officiel géographique (COG) that a check asks for."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CheckWrong
from cicclo.validation.checks._column import Params

STRICT = {"2023": 2022, "2024": 2024, "latest": 2024}
"""What Validata 0.13 takes: its 2023 holds the codes of 2022 (and the names of 2021), its latest is 2024."""


def vintage(params: Params, strict: bool, name: str, label: str) -> int:  # noqa: FBT001
    """Return the vintage; the newest when none is asked for and we are not strict. Raise CheckWrong."""
    asked = params.get("cog")
    if strict:
        return _strict(asked, params, name, label)
    if asked is None or asked == "latest":
        return reference.LATEST
    if str(asked) in {str(year) for year in reference.VINTAGES}:
        return int(asked)
    known = ", ".join(map(str, reference.VINTAGES))
    raise CheckWrong(
        f"cog parameter {asked} is invalid ",
        Text(
            f"Le millésime « {asked} » n'est pas de ceux-ci : {known}.",
            f"Vintage “{asked}” is none of {known}.",
        ),
    )


def _strict(asked: object, params: Params, name: str, label: str) -> int:
    if "cog" not in params:
        raise CheckWrong(
            f"Paramètre obligatoire manquant dans le custom check{label} (`{name}`)\u00a0: cog. Veuillez corriger le schéma.",
            Text("Le paramètre « cog » manque.", "Parameter “cog” is missing."),
        )
    if not isinstance(asked, str) or asked not in STRICT:
        raise CheckWrong(
            f"cog parameter {asked} is invalid ",
            Text(f"Le millésime « {asked} » n'est pas connu.", f"Vintage “{asked}” is not known."),
        )
    return STRICT[asked]
