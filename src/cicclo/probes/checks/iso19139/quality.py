"""Where data come from and what they conform to (M13, M14), how often they change."""

import re

from lxml import etree

from cicclo.probes.checks.iso19139._rule import (
    NOT_DATA,
    NOT_INSPIRE,
    PASSED,
    edited,
    inapplicable,
    rule,
    with_text,
    without,
)
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import fold
from cicclo.probes.iso.xml import child, place, text, words
from cicclo.probes.model import Verdict, failed

_REGULATION = re.compile(r"1089\s*/\s*2010|2010/1089|976/2009|2009/976")


@rule("iso19139/quality/lineage", breaks=without("//gmd:lineage"))
def lineage(record: Record, today: str) -> Verdict:
    if not record.is_data:
        return NOT_DATA
    for element in record.all("LI_Lineage"):
        if (
            text(child(element, "statement"))
            or child(element, "processStep") is not None
            or child(element, "source") is not None
        ):
            return PASSED
    return failed("généalogie absente", "lineage missing", at=place(record.root), code="missing")


@rule("iso19139/quality/conformity", breaks=edited("//gmd:pass", lambda e: e.clear()))
def conformity(record: Record, today: str) -> Verdict:
    if not record.is_inspire:
        return NOT_INSPIRE
    cited = [result for result in record.all("DQ_ConformanceResult") if _cites_regulation(result)]
    if not cited:
        fr = "le règlement (UE) 1089/2010 n'est pas cité avec un degré de conformité"
        return failed(
            fr,
            "regulation (EU) 1089/2010 is not cited with a degree of conformity",
            at=place(record.root),
            code="missing",
        )
    for result in cited:
        degree = text(child(result, "pass"))
        if degree in ("true", "false", "1", "0"):
            return PASSED
    fr = "conformité au règlement « non évaluée » : true ou false attendu"
    return failed(
        fr,
        "conformity to the regulation “not evaluated”: true or false expected",
        at=place(cited[0]),
        code="not-evaluated",
    )


def _cites_regulation(result: etree._Element) -> bool:
    title = words(child(result, "specification", "CI_Citation", "title"))
    if _REGULATION.search(title.text) or _REGULATION.search(title.href):
        return True
    return "interoperabilityofspatialdatasetsandservices" in fold(title.text)


def _to_metadata(maintenance: etree._Element) -> None:
    root = maintenance.getroottree().getroot()
    maintenance.tag = "{http://www.isotc211.org/2005/gmd}metadataMaintenance"
    root.append(maintenance)


@rule("iso19139/quality/maintenance", breaks=edited("//gmd:resourceMaintenance", _to_metadata))
def maintenance(record: Record, today: str) -> Verdict:
    """Converters read resourceMaintenance only (ecolabdata/ecospheres-xslt maintenance-relocate-element)."""
    if "resourceMaintenance" in record.described:
        return PASSED
    if "metadataMaintenance" in record.tops:
        where = place(record.tops["metadataMaintenance"][0])
        fr = "fréquence de mise à jour dite de la fiche (metadataMaintenance) et non de la ressource"
        return failed(
            fr,
            "update frequency said of the record (metadataMaintenance), not of the resource",
            at=where,
            code="misplaced",
        )
    return inapplicable("aucune information de maintenance", "no maintenance information")


@rule("iso19139/distribution/format", breaks=with_text("//gmd:MD_Format/gmd:name/gco:CharacterString", ""))
def distribution_format(record: Record, today: str) -> Verdict:
    if not record.is_data:
        return NOT_DATA
    formats = list(record.all("MD_Format"))
    if not formats:
        return failed(
            "format de distribution absent",
            "distribution format missing",
            at=place(record.root),
            code="missing",
        )
    for element in formats:
        name = text(child(element, "name")) or text(
            child(element, "formatSpecificationCitation", "CI_Citation", "title")
        )
        if not name:
            return failed(
                "format sans nom", "format without a name", at=place(element), code="no-format-name"
            )
    return PASSED
