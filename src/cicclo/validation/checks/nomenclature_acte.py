"""Nomenclature ACTES: one of the nine headings of the prefectures' control of legality, a slash, a subject."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, Facts, Prepared
from cicclo.validation.checks._column import FORMAT_TITLE, column_param, one_column
from cicclo.validation.model import CheckUse

HEADINGS = (
    "Commande publique",
    "Urbanisme",
    "Domaine et patrimoine",
    "Fonction publique",
    "Institutions et vie politique",
    "Libertés publiques et pouvoirs de police",
    "Finances locales",
    "Domaines de compétences par thèmes",
    "Autres domaines de compétences",
)


def _plain(text: str) -> str:
    """Case and accents do not count; an accent written as a character of its own does, as for Validata."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text.lower())


KNOWN = frozenset(map(_plain, HEADINGS))


def accepts(value: Any) -> bool:
    prefix, slash, rest = value.partition("/") if isinstance(value, str) else ("", "", "")
    return bool(slash) and _plain(prefix) in KNOWN and not rest.startswith(" ")


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    return one_column(column_param(use.params, "Internal error"), accepts)


def _strict(facts: Facts) -> tuple[str, str]:
    return FORMAT_TITLE, ", ".join(_reasons(str(facts["value"])))


def _reasons(value: str) -> Iterable[str]:
    """Validata's: here case and accents count, and a space before the slash is seen after an exact heading only."""
    prefix, slash, rest = value.partition("/")
    if not slash:
        yield "le signe oblique « / » est manquant"
        return
    if rest.startswith(" ") or (prefix not in HEADINGS and prefix.rstrip() in HEADINGS):
        yield "le signe oblique ne doit pas être précédé ni suivi d'espace"
    if prefix.strip() not in HEADINGS:
        yield f"le préfixe de nomenclature Actes {prefix.strip()!r} n'est pas reconnu"


def _say(facts: Facts) -> Text:
    value = str(facts["value"])
    prefix, slash, _ = value.partition("/")
    if not slash:
        return Text(
            "Il manque la barre oblique entre la rubrique et l'objet : « Urbanisme/… ».",
            "The slash between the heading and the subject is missing: “Urbanisme/…”.",
        )
    if _plain(prefix.strip()) in KNOWN:
        return Text(
            "Retirer les espaces autour de la rubrique et de la barre oblique.",
            "Remove the spaces around the heading and the slash.",
        )
    return Text(
        f"« {prefix.strip()} » n'est pas une des neuf rubriques de la nomenclature ACTES : {', '.join(HEADINGS)}.",
        f"“{prefix.strip()}” is none of the nine headings of the ACTES nomenclature: {', '.join(HEADINGS)}.",
    )


CHECKS.add(
    Check(
        ("nomenclature-acte", "nomenclature-actes-value"),
        "french-values/nomenclature-acte",
        _prepare,
        _strict,
        _say,
        Text("Rubrique de nomenclature inconnue", "Unknown nomenclature heading"),
    )
)
