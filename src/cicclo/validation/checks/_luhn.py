"""The key of SIREN and SIRET numbers (ISO/IEC 7812-1, annex B), with La Poste's exception."""

from cicclo.validation.checks._memory import remembered

LA_POSTE = "356000000"
LA_POSTE_SEAT = "35600000000048"
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
SKIPPED = str.maketrans("", "", " .\u00a0\u2007\u2009\u202f\u2002\u2003\u2004\u2005\u2006\u2008\u200a\u3000")


def compact(text: str) -> str:
    """Without the spaces and dots that separate groups of digits."""
    return "".join(text.translate(SKIPPED).split())


def luhn(digits: str) -> bool:
    """From the right, every second digit is doubled, and the digits of the double added."""
    total = sum(map(int, digits[::-2])) + sum(DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


@remembered
def is_siren(text: str) -> bool:
    digits = compact(text)
    return len(digits) == 9 and digits.isdecimal() and luhn(digits)


@remembered
def is_siret(text: str) -> bool:
    digits = compact(text)
    if len(digits) != 14 or not digits.isdecimal() or not luhn(digits[:9]):
        return False
    if digits.startswith(LA_POSTE) and digits != LA_POSTE_SEAT:
        return sum(map(int, digits)) % 5 == 0
    return luhn(digits)
