"""Where and when (M08 to M10): bounding box, period, reference system."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from lxml import etree

from cicclo.ogc import crs
from cicclo.probes.checks.iso19139._rule import (
    NOT_DATA,
    PASSED,
    edited,
    inapplicable,
    rule,
    with_href,
    with_text,
    without,
)
from cicclo.probes.examples.site import Site
from cicclo.probes.iso.parts import Box
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.territories import Span, in_france
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, cannot_tell, failed

# GeoNetwork writes « RGF93 / Lambert-93 (EPSG:2154) », others « 2154 »
_EPSG_WITHIN = re.compile(r"^(?:.*\bEPSG\s*:+\s*)?(\d{4,5})\b.*$", re.IGNORECASE)


def span(box: Box) -> Span | None:
    """The numbers of a box, None when one is not a number."""
    try:
        return Span(float(box.west), float(box.east), float(box.south), float(box.north))
    except ValueError:
        return None


@rule("iso19139/extent/bounding-box", breaks=with_text("//gmd:northBoundLatitude/gco:Decimal", "49.00"))
def bounding_box(record: Record, today: str) -> Verdict:
    if not record.boxes:
        if record.level == "nonGeographicDataset":
            return inapplicable("données non géographiques", "non-geographic data")
        return failed("aucune emprise géographique", "no bounding box", at=place(record.root), code="missing")
    return next((verdict for verdict in map(_box_fault, record.boxes) if verdict), PASSED)


def _box_fault(box: Box) -> Verdict | None:
    found = _misplaced(span(box))
    if found is None:
        return None
    code, fr, en = found
    written = f"{box.west}, {box.south}, {box.east}, {box.north}"
    return failed(f"{fr} : {written}", f"{en}: {written}", at=place(box.element), code=code)


def _misplaced(numbers: Span | None) -> tuple[str, str, str] | None:
    """Code, French and English of what is wrong with a box."""
    if numbers is None:
        return "unreadable-box", "emprise illisible", "unreadable box"
    west, east, south, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        fr = "emprise hors des longitudes et latitudes possibles (degrés attendus)"
        return "not-degrees", fr, "box outside possible longitudes and latitudes (degrees)"
    if south > north or west > east:
        return "reversed-box", "bornes inversées", "bounds are reversed"
    if west == south == east == north == 0:
        return "null-box", "emprise nulle", "empty box"
    return None


def _swap(box: etree._Element) -> None:
    values = [e[0].text for e in box]
    for element, value in zip(box, (values[2], values[3], values[0], values[1]), strict=True):
        element[0].text = value


@rule("iso19139/extent/territory", breaks=edited("//gmd:EX_GeographicBoundingBox", _swap))
def territory(record: Record, today: str) -> Verdict:
    """Latitude and longitude exchanged send French data to the Indian Ocean; the whole world hides the real extent."""
    spans = [(numbers, box) for box in record.boxes if (numbers := span(box)) is not None]
    if not spans:
        return inapplicable("aucune emprise lisible", "no readable box")
    for numbers, box in spans:
        if numbers.east - numbers.west >= 359 and numbers.north - numbers.south >= 170:
            return failed(
                "l'emprise est le monde entier",
                "the box is the whole world",
                at=place(box.element),
                code="world-box",
            )
    if any(in_france(numbers) for numbers, _ in spans):
        return PASSED
    if any(in_france(Span(n.south, n.north, n.west, n.east)) for n, _ in spans):
        fr = "longitude et latitude semblent échangées"
        return failed(
            fr, "longitude and latitude look exchanged", at=place(spans[0][1].element), code="swapped-axes"
        )
    fr = "emprise hors des territoires français : à confirmer"
    return cannot_tell(
        fr,
        "box outside the French territories: to be confirmed",
        at=place(spans[0][1].element),
        code="outside-france",
    )


@rule("iso19139/extent/precision", breaks=with_text("//gmd:westBoundLongitude/gco:Decimal", "2.8"))
def precision(record: Record, today: str) -> Verdict:
    if not record.boxes:
        return inapplicable("aucune emprise", "no bounding box")
    for box in record.boxes:
        for value in box[:4]:
            if value and len(value.partition(".")[2]) < 2:
                fr = f"« {value} » : au moins deux décimales attendues"
                return failed(
                    fr, f"“{value}”: at least two decimals expected", at=place(box.element), code="too-coarse"
                )
    return PASSED


@rule("iso19139/extent/temporal", breaks=without("//gml:endPosition"))
def temporal(record: Record, today: str) -> Verdict:
    extents = list(record.all("EX_TemporalExtent"))
    if not extents:
        return inapplicable("aucune étendue temporelle", "no temporal extent")
    return next((verdict for verdict in map(_period_fault, extents) if verdict), PASSED)


def _period_fault(extent: etree._Element) -> Verdict | None:
    if next(extent.iter("{*}TimeInstant"), None) is not None:
        return None
    begin, end = (
        next(extent.iter("{*}" + name, "{*}" + name.removesuffix("Position")), None)
        for name in ("beginPosition", "endPosition")
    )
    for name, bound in (("début", begin), ("fin", end)):
        if not _said(bound):
            english = "begin" if name == "début" else "end"
            fr = f'étendue temporelle sans {name} (borne ouverte : indeterminatePosition="unknown")'
            en = f'temporal extent without {english} (open bound: indeterminatePosition="unknown")'
            return failed(fr, en, at=place(extent), code=f"no-{english}")
    first, last = _day(begin), _day(end)
    if first and last and first > last:
        return failed(
            f"le début {first} suit la fin {last}",
            f"begin {first} is after end {last}",
            at=place(extent),
            code="reversed-period",
        )
    return None


def _said(bound: etree._Element | None) -> bool:
    return bound is not None and bool("".join(bound.itertext()).strip() or bound.get("indeterminatePosition"))


def _day(bound: etree._Element | None) -> date | None:
    try:
        return date.fromisoformat("".join(bound.itertext()).strip()[:10]) if bound is not None else None
    except ValueError:
        return None  # a year or a month alone is ISO 8601 too


@rule("iso19139/reference-system/present", breaks=without("//gmd:referenceSystemInfo"))
def system_present(record: Record, today: str) -> Verdict:
    if not record.is_data or record.level == "nonGeographicDataset":
        return NOT_DATA
    if any(code.any for code, _, _ in record.systems):
        return PASSED
    return failed(
        "aucun système de coordonnées",
        "no coordinate reference system",
        at=place(record.root),
        code="missing",
    )


def _unknown_code(site: Site) -> Site:
    return with_href(
        "//gmd:RS_Identifier/gmd:code/gmx:Anchor", "http://www.opengis.net/def/crs/EPSG/0/99999"
    )(site)


@rule("iso19139/reference-system/resolvable", breaks=_unknown_code)
def system_resolvable(record: Record, today: str) -> Iterator[Verdict]:
    """Codes are resolved with PROJ's copy of the EPSG register; a temporal or vertical system is left alone."""
    spatial = [(code, space, e) for code, space, e in record.systems if code.any]
    if not spatial:
        yield inapplicable("aucun système de coordonnées", "no coordinate reference system")
        return
    faults = [_system_fault(code.href or code.text, code.text, space, e) for code, space, e in spatial]
    yield next((fault for fault in faults if fault), PASSED)


def _system_fault(written: str, label: str, space: str, element: etree._Element) -> Verdict | None:
    known, tried = _resolve(written, label, space)
    if known:
        return None
    if tried:
        fr, en = f"« {tried} » n'existe pas dans le registre", f"“{tried}” is not in the register"
        return failed(fr, en, at=place(element), code="unknown-crs")
    fr = f"« {written} » n'est pas un code de système de coordonnées (attendu : http://www.opengis.net/def/crs/EPSG/0/…)"
    en = f"“{written}” is not the code of a reference system (expected: http://www.opengis.net/def/crs/EPSG/0/…)"
    return failed(fr, en, at=place(element), code="crs-not-coded")


@lru_cache(maxsize=1024)
def _resolve(written: str, label: str, space: str) -> tuple[bool, str]:
    """Whether one of the usual ways to write a system is known, and the one that was tried."""
    for candidate in (written, label, f"{space}:{label}", _EPSG_WITHIN.sub(r"EPSG:\1", label)):
        if crs.code(candidate):
            return crs.read(candidate) is not None, candidate
    return False, ""
