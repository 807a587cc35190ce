"""Sentences of geographic faults, in both languages; same verbs as `validation.wording`."""

from collections.abc import Callable, Mapping
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.model import Fault, Notice

REASONS = {
    "Self-intersection": "elle se croise elle-même",
    "Ring Self-intersection": "un anneau se touche ou se croise lui-même",
    "Hole lies outside shell": "un trou est hors du contour",
    "Holes are nested": "des trous sont emboîtés",
    "Nested shells": "des contours sont emboîtés",
    "Nested holes": "des trous sont emboîtés",
    "Interior is disconnected": "son intérieur est coupé en deux",
    "Duplicate Rings": "un anneau est présent deux fois",
    "Too few points in geometry component": "un anneau a trop peu de points",
    "Invalid Coordinate": "une coordonnée n'est pas un nombre fini",
    "Ring is not closed": "un anneau n'est pas fermé",
    "Repeated point": "un point est répété",
}
"""What GEOS says, in French."""
Facts = Mapping[str, Any]


def words(fault: Fault | Notice) -> bool:
    return fault.requirement.startswith("geodata/") and fault.kind in SENTENCES


def say(fault: Fault | Notice) -> Text:
    return SENTENCES[fault.kind](fault)


def reason(facts: Facts) -> Text:
    """Return why a geometry is not valid, and where."""
    said = str(facts.get("reason", ""))
    at = f" ({facts['x']:.7g}, {facts['y']:.7g})" if "x" in facts else ""
    return Text(f"{REASONS.get(said, said)}{at}", f"{said}{at}") if said else Text("?", "?")


def _invalid(fault: Fault) -> Text:
    why = reason(fault.facts)
    return Text(f"La géométrie n'est pas valide : {why.fr}.", f"The geometry is not valid: {why.en}.")


def _null(fault: Fault) -> Text:
    if fault.requirement.endswith("/not-empty"):
        return Text("La géométrie est vide.", "The geometry is empty.")
    return Text("L'objet n'a pas de géométrie.", "The feature has no geometry.")


def _format(fault: Fault) -> Text:
    facts = fault.facts
    if "expected" not in facts:
        return Text(
            "Les octets de la géométrie ne se lisent pas.", "The bytes of the geometry cannot be read."
        )
    return Text(
        f"{facts['found']} au lieu de {facts['expected']}.",
        f"{facts['found']} instead of {facts['expected']}.",
    )


def _outside(fault: Fault) -> Text:
    facts = fault.facts
    if "x" in facts:
        place = f"({facts['x']:.7g}, {facts['y']:.7g})"
        return Text(
            f"La position {place} est hors du domaine du système de référence.",
            f"Position {place} is outside the domain of the reference system.",
        )
    named = facts.get("territory") or ""
    where = (
        Text(f"du département {named}", f"département {named}")
        if named
        else Text("de l'emprise", "the extent")
    )
    if facts.get("crosses"):
        return Text(f"L'objet sort {where.fr}.", f"The feature goes out of {where.en}.")
    return Text(f"L'objet est hors {where.fr}.", f"The feature is outside {where.en}.")


def _edge(fault: Fault) -> Text:
    length = f"{fault.facts['length']:.4g}"
    return Text(
        f"La limite n'est pas celle du voisin, sur une longueur de {length}.",
        f"The boundary is not the neighbour's, over a length of {length}.",
    )


def _gap(fault: Fault) -> Text:
    length, width = f"{fault.facts['length']:.4g}", f"{fault.facts['width']:.4g}"
    return Text(
        f"Un vide large de moins de {width} longe l'objet sur {length}.",
        f"A gap narrower than {width} runs along the feature for {length}.",
    )


def _axes(fault: Fault) -> Text:
    facts = fault.facts
    return Text(
        f"{facts.get('swapped')} objets sur {facts.get('seen')} semblent avoir X et Y échangés.",
        f"{facts.get('swapped')} features of {facts.get('seen')} seem to have X and Y swapped.",
    )


def _commune(fault: Fault) -> Text:
    facts = fault.facts
    found = ", ".join(facts["found"])
    if "distance" not in facts:
        return Text(
            f"La commune {facts['code']} n'existe pas dans les contours ; ici c'est {found}.",
            f"Commune {facts['code']} does not exist in the contours; here it is {found}.",
        )
    there = Text(f" ; ici c'est {found}", f"; here it is {found}") if found else Text(" ", " ")
    distance = facts["distance"]
    return Text(
        f"L'objet est à {distance} m de la commune {facts['code']}{there.fr.rstrip()}.",
        f"The feature is {distance} m away from commune {facts['code']}{there.en.rstrip()}.",
    )


def _encoding(fault: Fault) -> Text:
    return Text(
        f"Les textes de « {fault.field} » ne sont pas dans l'encodage déclaré.",
        f"Texts of “{fault.field}” are not in the declared encoding.",
    )


SENTENCES: Mapping[str, Callable[[Any], Text]] = {
    "ATTRIBUTE_GEOMETRY_INVALID": _invalid,
    "ATTRIBUTE_UNEXPECTED_NULL": _null,
    "ATTRIBUTE_INVALID_FORMAT": _format,
    "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT": _outside,
    "TABLE_UNEXPECTED_ENCODING": _encoding,
    "GEOMETRY_EDGE_MISMATCH": _edge,
    "GEOMETRY_GAP": _gap,
    "SRS_AXIS_ORDER": _axes,
    "COMMUNE_MISMATCH": _commune,
    "COMMUNE_UNKNOWN": _commune,
    "FILE_EMPTY": lambda _: Text("La couche n'a aucun objet.", "The layer has no feature."),
    "FILE_MISSING_MANDATORY": lambda fault: Text(
        f"Le fichier {fault.facts['part']} manque à côté du .shp.",
        f"The {fault.facts['part']} file is missing beside the .shp.",
    ),
    "GEOMETRY_DIMENSION": lambda fault: Text(
        f"{fault.facts['found']} coordonnées au lieu de {fault.facts['expected']}.",
        f"{fault.facts['found']} coordinates instead of {fault.facts['expected']}.",
    ),
    "GEOMETRY_HEAVY": lambda fault: Text(
        f"La géométrie a {fault.facts['vertices']} sommets (au plus {fault.facts['most']}).",
        f"The geometry has {fault.facts['vertices']} vertices ({fault.facts['most']} at most).",
    ),
    "GEOMETRY_DUPLICATE": lambda fault: Text(
        f"La géométrie est aussi celle de l'objet {fault.facts['other']}.",
        f"The geometry is also that of feature {fault.facts['other']}.",
    ),
    "GEOMETRY_OVERLAP": lambda fault: Text(
        f"L'objet recouvre l'objet {fault.facts['other']} (aire commune : {fault.facts['area']:.4g}).",
        f"The feature overlaps feature {fault.facts['other']} (area in common: {fault.facts['area']:.4g}).",
    ),
    "reading-warning": lambda notice: Text(
        f"Couche {notice.facts['layer']}, remarque de GDAL : {notice.facts['message']}",
        f"Layer {notice.facts['layer']}, GDAL remarks: {notice.facts['message']}",
    ),
    "rule-not-run": lambda notice: Text(
        f"Couche {notice.facts['layer']} : règle non vérifiée (couche trop grande, ou colonne absente).",
        f"Layer {notice.facts['layer']}: rule not checked (layer too large, or column absent).",
    ),
    "SRS_MISSING": lambda _: Text(
        "Le système de référence n'est pas dit.", "The reference system is not said."
    ),
    "SRS_NOT_ALLOWED": lambda fault: Text(
        f"Système de référence {fault.facts['found']} ({fault.facts['name']}), non admis.",
        f"Reference system {fault.facts['found']} ({fault.facts['name']}), not allowed.",
    ),
}
