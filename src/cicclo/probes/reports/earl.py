"""EARL 1.0 as JSON-LD: one assertion a finding (W3C Evaluation and Report Language)."""

import json
from typing import Any

from cicclo.probes.model import STANDING_NAMES, Finding, Report
from cicclo.probes.reports import FORMATS, Format
from cicclo.requirements import find

CONTEXT = {
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "cicclo": "urn:cicclo:",
    "Assertion": "earl:Assertion",
    "assertedBy": {"@id": "earl:assertedBy", "@type": "@id"},
    "subject": {"@id": "earl:subject", "@type": "@id"},
    "test": {"@id": "earl:test", "@type": "@id"},
    "result": "earl:result",
    "mode": {"@id": "earl:mode", "@type": "@id"},
    "outcome": {"@id": "earl:outcome", "@type": "@id"},
    "info": {"@id": "earl:info"},
    "pointer": {"@id": "earl:pointer"},
    "title": {"@id": "dct:title"},
    "date": {"@id": "dct:date"},
    "source": {"@id": "dct:source"},
    "isPartOf": {"@id": "dct:isPartOf", "@type": "@id"},
}


def write(report: Report, lang: str) -> bytes:
    used = sorted({finding.requirement for finding in report.findings})
    graph: list[dict[str, Any]] = [
        {"@id": "cicclo:tool", "@type": ["earl:Software", "earl:Assertor"], "title": report.tool},
        *({"@id": e.url, "@type": "earl:TestSubject", "title": e.title or e.id} for e in report.endpoints),
        *(_requirement(rid, lang) for rid in used),
        *(_assertion(index, finding, report, lang) for index, finding in enumerate(report.findings)),
    ]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def _requirement(requirement_id: str, lang: str) -> dict[str, Any]:
    requirement = find(requirement_id)
    source = requirement.source
    return {
        "@id": f"cicclo:requirement/{requirement_id}",
        "@type": "earl:TestRequirement",
        "title": {"@value": requirement.title.get(lang), "@language": lang},
        "source": f"{source.standard} {source.version} {source.clause}".strip(),
    }


def _assertion(index: int, finding: Finding, report: Report, lang: str) -> dict[str, Any]:
    parts = (finding.message.get(lang), STANDING_NAMES[finding.standing].get(lang))
    result: dict[str, Any] = {
        "@type": "earl:TestResult",
        "outcome": f"earl:{finding.outcome.value}",
        "info": {"@value": " — ".join(part for part in parts if part), "@language": lang},
        "date": report.started,
    }
    if finding.at:
        result["pointer"] = finding.at
    return {
        "@id": f"cicclo:assertion/{index}",
        "@type": "Assertion",
        "assertedBy": "cicclo:tool",
        "mode": "earl:automatic",
        "subject": finding.endpoint,
        "test": f"cicclo:requirement/{finding.requirement}",
        "title": " ".join(part for part in (finding.subject, finding.facet) if part) or finding.requirement,
        "result": result,
    }


FORMATS.add(Format("earl", "application/ld+json", write))
