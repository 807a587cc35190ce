"""Where and when: geometries that parse, periods and dates that make sense."""

import json
import re
from datetime import date
from typing import Any

import shapely
from rdflib import Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, SDO
from shapely.errors import GEOSException, ShapelyError

from cicclo.kernel.text import Text
from cicclo.probes.check import check
from cicclo.probes.checks.dcat._tally import absent, tally
from cicclo.probes.model import Verdict
from cicclo.probes.protocols._rdf import Resource
from cicclo.probes.protocols.dcat import Dcat
from cicclo.probes.session import Ask

GEOMETRIES = (DCAT.bbox, DCAT.centroid, URIRef("http://www.w3.org/ns/locn#geometry"))
_SRS = re.compile(r"^\s*<[^>]*>\s*")


@check(
    "dcat/dataset/spatial",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "POLYGON((1.3 48.8,", "1.3,48.8,("),
)
async def spatial(dcat: Dcat, ask: Ask) -> Verdict:
    """A place is an IRI, or a Location with a geometry of a known datatype."""

    def fault(dataset: Resource) -> Text | None:
        texts = dataset.literals(DCTERMS.spatial)
        if texts:
            return Text(f"emprise en texte « {texts[0][:60]} »", f"extent as text “{texts[0][:60]}”")
        wrong = [
            g
            for place in dataset.linked(DCTERMS.spatial)
            for g in place.literals(*GEOMETRIES)
            if not _parses(g)
        ]
        if wrong:
            return Text(f"géométrie illisible « {wrong[0][:60]} »", f"unreadable geometry “{wrong[0][:60]}”")
        return None if dataset.values(DCTERMS.spatial) else absent("dct:spatial", "dct:spatial")

    return tally(dcat.some_datasets(), fault)


def _parses(value: Literal) -> bool:
    """GML is left to other tools; WKT and GeoJSON must be read by shapely."""
    text, datatype = str(value).strip(), str(value.datatype or "")
    try:
        if text.startswith("{"):
            return not shapely.is_empty(shapely.from_geojson(json.dumps(json.loads(text))))
        if "gml" in datatype.lower() or text.startswith("<gml"):
            return True
        return not shapely.is_empty(shapely.from_wkt(_SRS.sub("", text)))
    except (ShapelyError, GEOSException, ValueError):
        return False


@check(
    "dcat/dataset/temporal",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", 'dcat:startDate "2024-01-01"', 'dcat:startDate "2031-01-01"'
    ),
)
async def temporal(dcat: Dcat, ask: Ask) -> Verdict:
    def fault(dataset: Resource) -> Text | None:
        for period in dataset.linked(DCTERMS.temporal):
            start, end = (
                _first(period, *names)
                for names in (
                    (DCAT.startDate, SDO.startDate, _OLD_START),
                    (DCAT.endDate, SDO.endDate, _OLD_END),
                )
            )
            if start and end and start > end:
                return Text(f"période inversée {start} – {end}", f"period reversed {start} – {end}")
            if start or end or period.iri:
                return None
        return Text("aucune période lisible", "no readable period")

    return tally(dcat.some_datasets(), fault)


_OLD_START, _OLD_END = URIRef("http://schema.org/startDate"), URIRef("http://schema.org/endDate")


def _first(resource: Resource, *predicates: URIRef) -> date | None:
    return next((day for text in resource.texts(*predicates) if (day := day_of(text))), None)


def day_of(text: Any) -> date | None:
    """The day of an xsd:date, dateTime, gYearMonth or gYear; None for anything else."""
    match = re.match(r"^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T Z+-].*)?$", str(text))
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        return None


@check(
    "dcat/dataset/dates",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", 'dct:modified "2026-05-02"', 'dct:modified "2031-05-02"'),
)
async def dates(dcat: Dcat, ask: Ask) -> Verdict:
    """Issued ≤ modified ≤ the day of the audit."""
    today = day_of(ask.options.today)

    def fault(dataset: Resource) -> Text | None:
        written = dataset.texts(DCTERMS.issued, DCTERMS.modified)
        unreadable = [text for text in written if day_of(text) is None]
        if unreadable:
            return Text(f"date illisible « {unreadable[0]} »", f"unreadable date “{unreadable[0]}”")
        if not written:
            return absent("dct:issued/dct:modified", "dct:issued/dct:modified")
        issued, modified = _first(dataset, DCTERMS.issued), _first(dataset, DCTERMS.modified)
        if issued and modified and issued > modified:
            return Text(
                f"modifié {modified} avant d'être publié {issued}",
                f"modified {modified} before being issued {issued}",
            )
        late = max(day for day in (issued, modified) if day)
        return Text(f"date future {late}", f"date in the future {late}") if today and late > today else None

    return tally(dcat.some_datasets(), fault)
