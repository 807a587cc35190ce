"""Numéro de département: a code of the COG."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(
        params, strict, "numero-departement", "Numéro du département"
    )  # the list has been the same since 2023
    known = frozenset(reference.departements())
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "numero-departement",
        label="Numero Departement",
        title=Text("Numéro de département inconnu", "Unknown département number"),
        say=Text(
            "Ce numéro n'est pas celui d'un département ou d'une collectivité d'outre-mer (01, 2A, 971…).",
            "This is not the number of a département or an overseas collectivity (01, 2A, 971…).",
        ),
        accepts=_accepts,
    )
)
