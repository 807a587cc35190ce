"""JUnit XML, for continuous integration: one suite an endpoint, one case a finding."""

from collections import Counter

from lxml import etree

from cicclo.probes.model import Endpoint, Finding, Outcome, Report
from cicclo.probes.reports import FORMATS, Format
from cicclo.requirements import find

_SKIPPED = (Outcome.INAPPLICABLE, Outcome.UNTESTED, Outcome.CANT_TELL)


def write(report: Report, lang: str) -> bytes:
    root = etree.Element("testsuites", name="cicclo audit")
    for endpoint in report.endpoints:
        _suite(
            root,
            endpoint,
            [f for f in report.findings if (f.endpoint, f.protocol) == (endpoint.url, endpoint.protocol)],
            lang,
        )
    for trouble in report.troubles:
        suite = etree.SubElement(
            root, "testsuite", name=clean(trouble.target), tests="1", errors="1", failures="0", skipped="0"
        )
        case = etree.SubElement(suite, "testcase", name="target", classname=clean(trouble.target))
        etree.SubElement(case, "error", message=clean(trouble.message.get(lang)), type=trouble.code)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _suite(root: etree._Element, endpoint: Endpoint, findings: list[Finding], lang: str) -> None:
    counts = Counter(finding.outcome for finding in findings)
    suite = etree.SubElement(
        root,
        "testsuite",
        name=clean(endpoint.id),
        tests=str(len(findings)),
        failures=str(counts[Outcome.FAILED]),
        errors="0",
        skipped=str(sum(counts[outcome] for outcome in _SKIPPED)),
    )
    for finding in findings:
        name = " ".join(
            part
            for part in (find(finding.requirement).title.get(lang), finding.subject, finding.facet)
            if part
        )
        case = etree.SubElement(
            suite, "testcase", name=clean(name), classname=finding.requirement.replace("/", ".")
        )
        message = clean(finding.message.get(lang))
        if finding.outcome is Outcome.FAILED:
            failure = etree.SubElement(case, "failure", message=message, type=finding.code or "failed")
            failure.text = clean(f"{finding.at}\n{find(finding.requirement).remedy.get(lang)}")
        elif finding.outcome in _SKIPPED:
            etree.SubElement(case, "skipped", message=f"{finding.outcome.value} {message}".strip())


def clean(text: str) -> str:
    """Drop the characters XML 1.0 cannot carry: messages quote what strangers send."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


FORMATS.add(Format("junit", "application/xml", write))
