"""Areas of the code officiel géographique: names, codes, and which is part of which.

An area is its INSEE IRI (`http://id.insee.fr/geo/departement/33`) or `urn:insee:departement:33`. A commune is part of
the département that its code begins with, a département of its région, and all of France.
"""

import csv
import re
from functools import cache
from importlib.resources import files

from cicclo.policies.model import Term
from cicclo.policies.operands import Unfit, plain

_IRI = re.compile(
    r"(?:https?://id\.insee\.fr/geo/|urn:insee:)(commune|departement|region|pays)[/:]([0-9A-Za-z-]+)"
)
Area = tuple[str, str]
"""Kind and code: ("departement", "33")."""
FRANCE: Area = ("pays", "france")


@cache
def regions() -> dict[str, str]:
    """Département → région."""
    text = files(__package__).joinpath("_departements.tsv").read_text("utf-8")
    return {code: region for code, _, region in csv.reader(text.splitlines(), delimiter="\t")}


def area(term: Term) -> Area:
    """Read an area's IRI."""
    found = _IRI.fullmatch(plain(term))
    if found is None:
        raise Unfit(plain(term))
    return found[1], found[2]


def departement(commune: str) -> str:
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def parts(whole: Area) -> tuple[str, ...] | None:
    """The beginnings of the codes of the communes of an area; None for the whole of France."""
    kind, code = whole
    if kind == "pays":
        return None
    if kind == "region":
        return tuple(sorted(each for each, region in regions().items() if region == code))
    return (code,)


def within(inner: Area, outer: Area) -> bool:
    """Return whether `inner` is `outer` or a part of it."""
    if inner == outer or outer[0] == "pays":
        return True
    chain = [inner]
    if inner[0] == "commune":
        chain.append(("departement", departement(inner[1])))
    if chain[-1][0] == "departement" and (region := regions().get(chain[-1][1])):
        chain.append(("region", region))
    return outer in chain
