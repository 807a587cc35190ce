"""SARIF 2.1.0 (OASIS), for forges and editors.

A record's number stands for its line: they are the same in a file whose cells hold no line break; `logicalLocations`
says the row and the column in any case.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

import cicclo
from cicclo.requirements import Level, find
from cicclo.validation.fetching import is_address
from cicclo.validation.model import Fault, Report, Severity
from cicclo.validation.reports import REPORTS, Format
from cicclo.validation.reports import _saying as saying
from cicclo.validation.reports._encoding import encode

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.MANDATORY: "error", Level.RECOMMENDED: "warning", Level.OPTIONAL: "note"}


def write(report: Report, out: BinaryIO, lang: str) -> None:
    used = list(
        dict.fromkeys([f.requirement for f in report.faults] + [n.requirement for n in report.notices])
    )
    places = {rid: index for index, rid in enumerate(used)}
    driver = {
        "name": "cicclo",
        "version": cicclo.__version__,
        "informationUri": "https://github.com/cicclo/cicclo",
        "rules": [_rule(rid, lang) for rid in used],
    }
    address = report.source if is_address(report.source) else quote(report.source.replace("\\", "/"))
    out.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{{"driver":'.encode())
    out.write(encode(driver) + b"},")
    out.write(
        b'"language":' + encode("en-US" if lang == "en" else "fr-FR") + b',"columnKind":"unicodeCodePoints",'
    )
    out.write(b'"results":[\n')
    first = True
    for fault in report.faults:
        out.write((b"" if first else b",\n") + encode(_result(fault, places, address, lang)))
        first = False
    for notice in report.notices:
        result = {
            "ruleId": notice.requirement,
            "ruleIndex": places[notice.requirement],
            "level": "note",
            "message": {"text": saying.about(notice).get(lang)},
            "locations": [_location(address, 1, notice.field)],
        }
        out.write((b"" if first else b",\n") + encode(result))
        first = False
    out.write(b"\n]}]}\n")


def _rule(rid: str, lang: str) -> Mapping[str, Any]:
    requirement = find(rid)
    return {
        "id": rid,
        "shortDescription": {"text": requirement.title.get(lang)},
        "fullDescription": {"text": requirement.statement.get(lang)},
        "help": {"text": requirement.remedy.get(lang)},
        "defaultConfiguration": {"level": _LEVELS[requirement.level]},
    }


def _result(fault: Fault, places: Mapping[str, int], address: str, lang: str) -> Mapping[str, Any]:
    properties = {"kind": fault.kind, "key": fault.key, "where": fault.where}
    return {
        "ruleId": fault.requirement,
        "ruleIndex": places[fault.requirement],
        "level": "error" if fault.severity is Severity.ERROR else "warning",
        "message": {"text": saying.message(fault).get(lang) or saying.title(fault).get(lang)},
        "locations": [_location(address, fault.row, fault.field, fault.where)],
        "properties": {name: said for name, said in properties.items() if said},
    }


def _location(address: str, row: int, column: str, where: str = "") -> Mapping[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": address}}
    if row:
        physical["region"] = {"startLine": row}
    name = "/".join(part for part in (where, f"row {row}" if row else "", column) if part)
    located: dict[str, Any] = {"physicalLocation": physical}
    if name:
        located["logicalLocations"] = [{"fullyQualifiedName": name}]
    return located


REPORTS.add(Format("sarif", "application/sarif+json", write))
