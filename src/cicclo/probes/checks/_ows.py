"""Judgements that WFS, WMS and WMTS share."""

import re
from collections.abc import Iterable, Iterator

from cicclo.ogc import crs
from cicclo.probes.documents import usable
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols._ows import Box, Identification, Operation, address_fault, centre, exception_of
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

_NOTHING_SAID = {"", "none", "aucun", "aucune", "unknown", "inconnu", "-", "n/a", "null"}
# territory: west, south, east, north, then codes of its legal or usual reference systems
_TERRITORIES: tuple[tuple[str, Box, tuple[str, ...]], ...] = (
    ("France", (-5.5, 41.2, 9.8, 51.3), ("EPSG:2154", "EPSG:9794", "IGNF:LAMB93")),
    ("Guadeloupe, Martinique", (-63.3, 14.2, -60.7, 18.2), ("EPSG:5490", "EPSG:32620", "EPSG:4559")),
    ("Guyane", (-54.7, 2.0, -51.5, 6.0), ("EPSG:2972",)),
    ("La Réunion", (55.1, -21.5, 55.95, -20.8), ("EPSG:2975",)),
    ("Mayotte", (44.9, -13.1, 45.4, -12.6), ("EPSG:4471",)),
    ("Saint-Pierre-et-Miquelon", (-56.6, 46.6, -56.0, 47.2), ("EPSG:4467",)),
)


def addresses(service: str, operations: Iterable[Operation]) -> Verdict:
    """Addresses announced for operations can be reached by everyone."""
    seen: set[str] = set()
    for operation in operations:
        for announced in (operation.get, operation.post):
            fault = address_fault(service, announced) if announced and announced not in seen else None
            seen.add(announced)
            if fault:
                return failed(fault.fr, fault.en, at=operation.name, code="operation-url")
    if seen <= {""}:
        return failed(
            "aucune adresse d'opération", "no operation address", at="OperationsMetadata", code="no-address"
        )
    return passed()


def declared_encoding(answer: Answer) -> Verdict:
    """The bytes, the XML declaration and the header tell the same encoding."""
    body = usable(answer).body
    declared = re.search(rb"encoding\s*=\s*[\"']([\w.:-]+)", body[:400].replace(b"\0", b""))
    said = declared[1].decode().lower() if declared else "utf-8"
    header = re.search(r"charset=\"?([\w.:-]+)", answer.header("content-type"), re.IGNORECASE)
    if header and not _same(header[1], said):
        return failed(
            f"en-tête « {header[1]} », déclaration XML « {said} »",
            f"header says “{header[1]}”, XML declaration “{said}”",
            at="Content-Type",
            code="charset-differs",
        )
    try:
        body.decode("utf-16" if said.startswith("utf-16") else said)
    except (UnicodeDecodeError, LookupError) as error:
        return failed(
            f"contenu illisible en {said} : {error}",
            f"not readable as {said}: {error}",
            at="<?xml?>",
            code="wrong-encoding",
        )
    return passed()


def _same(one: str, other: str) -> bool:
    def plain(name: str) -> str:
        return re.sub(r"[^a-z0-9]", "", name.lower()).removesuffix("le").removesuffix("be")

    return plain(one) == plain(other)


def licence(about: Identification) -> Verdict:
    """Fees or AccessConstraints say something."""
    fees, constraints = about.fees.strip().lower(), about.access_constraints.strip().lower()
    if fees in _NOTHING_SAID and constraints in _NOTHING_SAID:
        return failed(
            f"conditions non dites : Fees « {about.fees} », AccessConstraints « {about.access_constraints} »",
            f"conditions not said: Fees “{about.fees}”, AccessConstraints “{about.access_constraints}”",
            at="Fees",
        )
    return passed()


def national_crs(box: Box | None, offered: Iterable[str]) -> Verdict:
    """The reference system of the French territory that the data cover is offered."""
    if box is None:
        return cannot_tell("emprise inconnue", "unknown extent")
    longitude, latitude = centre(box)
    if box[2] - box[0] > 60:
        return inapplicable("emprise plus large qu'un territoire", "extent wider than a territory")
    known = {crs.code(identifier) for identifier in offered}
    for name, (west, south, east, north), codes in _TERRITORIES:
        if west <= longitude <= east and south <= latitude <= north:
            if known & set(codes):
                return passed()
            return failed(
                f"{name} : {codes[0]} n'est pas proposé", f"{name}: {codes[0]} is not offered", at=codes[0]
            )
    return inapplicable("hors des territoires français", "outside the French territories")


async def links_answer(ask: Ask, links: Iterable[str]) -> Verdict:
    """One of the links to metadata answers a success."""
    tried: list[str] = []
    for link in list(dict.fromkeys(links))[:2]:
        answer = await ask.get(link)
        if answer.ok and not exception_of(answer):
            return passed(at=link)
        if answer.failure is None:
            tried.append(f"{link} (HTTP {answer.status})")
    if tried:
        return failed(
            f"lien mort : {tried[0]}",
            f"dead link: {tried[0]}",
            at=tried[0].partition(" ")[0],
            code="dead-link",
        )
    return cannot_tell("aucun lien n'a pu être suivi", "no link could be followed")


def refusals(answer: Answer, *, must_be_4xx: bool, what: str) -> Iterator[Verdict]:
    """A faulty request gets an exception report, and the HTTP status that goes with it."""
    report = exception_of(answer)
    if (
        usable(answer).status >= 500 and answer.status != 501
    ):  # 501 goes with OperationNotSupported (OGC 06-121r3)
        yield failed(
            f"{what} : HTTP {answer.status}",
            f"{what}: HTTP {answer.status}",
            at=answer.url,
            code="server-error",
            facet="status",
        )
    elif must_be_4xx and answer.status < 400:
        yield failed(
            f"{what} : HTTP {answer.status}, 4xx attendu",
            f"{what}: HTTP {answer.status}, 4xx expected",
            at=answer.url,
            code="status-200",
            facet="status",
        )
    else:
        yield passed(facet="status")
    if report is None:
        yield failed(
            f"{what} : pas de rapport d'exception ({answer.media_type or 'sans type'})",
            f"{what}: no exception report ({answer.media_type or 'no media type'})",
            at=answer.url,
            code="no-report",
            facet="report",
        )
    else:
        yield passed(facet="report")
