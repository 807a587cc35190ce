"""Phone number: French with ten digits or short, or international, as Google's libphonenumber knows them."""

from collections.abc import Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, Facts, Prepared
from cicclo.validation.checks._column import column_param, one_column
from cicclo.validation.checks._memory import remembered
from cicclo.validation.model import CheckUse


@remembered
def is_phone_number(text: str) -> bool:
    import phonenumbers  # noqa: PLC0415  (slow to import, seldom needed)

    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) or phonenumbers.is_valid_short_number(number)


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    def accepts(value: Any) -> bool:
        if isinstance(value, str):
            return is_phone_number(value)
        if strict:
            raise CheckCrashes(f"object of type '{type(value).__name__}' has no len()")
        return False

    return one_column(column_param(use.params), accepts)


def _strict(_facts: Facts) -> tuple[str, str]:
    return (
        "Numéro de Téléphone Incorrect",
        (
            "Numéro de téléphone invalide.\n\n Les numéros de téléphone acceptés sont les numéros français à 10 chiffres "
            "(`01 99 00 27 37`) ou au format international avec le préfixe du pays (`+33 1 99 00 27 37`). "
            "Les numéros courts (`115` ou `3949`) sont également acceptés."
        ),
    )


CHECKS.add(
    Check(
        ("phone-number-value",),
        "french-values/phone-number",
        _prepare,
        _strict,
        lambda _facts: Text(
            "Écrire un numéro français à dix chiffres, un numéro court, ou un numéro international avec son préfixe (+33…).",
            "Write a French number of ten digits, a short number, or an international one with its prefix (+33…).",
        ),
        Text("Numéro de téléphone incorrect", "Incorrect phone number"),
        kind="phone-number-value",
    )
)
