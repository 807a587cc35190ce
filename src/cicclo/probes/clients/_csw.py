"""CSW queries as clients write them, and how their answers are read."""

from typing import Any

from lxml import etree

from cicclo.probes.clients._walk import Refused, Visit, named
from cicclo.probes.documents import local

CSW = "http://www.opengis.net/cat/csw/2.0.2"
GMD = "http://www.isotc211.org/2005/gmd"
DCAT = "http://www.w3.org/ns/dcat#"
NAMESPACES = (
    f'xmlns:csw="{CSW}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gmd="{GMD}" '
    'xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0" xmlns:gml="http://www.opengis.net/gml"'
)


def get_records(
    schema: str, elements: str, size: int, *, start: int = 1, types: str = "csw:Record", filter_xml: str = ""
) -> str:
    """A GetRecords body."""
    constraint = (
        f'<csw:Constraint version="1.1.0"><ogc:Filter>{filter_xml}</ogc:Filter></csw:Constraint>'
        if filter_xml
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><csw:GetRecords {NAMESPACES} service="CSW" version="2.0.2" '
        f'resultType="results" startPosition="{start}" maxRecords="{size}" outputFormat="application/xml" '
        f'outputSchema="{schema}"><csw:Query typeNames="{types}"><csw:ElementSetName>{elements}</csw:ElementSetName>'
        f"{constraint}</csw:Query></csw:GetRecords>"
    )


def records(root: etree._Element) -> tuple[int, list[Any]]:
    """Number matched and the records of a page; raise Refused when it is not a GetRecords answer."""
    results = next(iter(named(root, "SearchResults")), None)
    if results is None:
        raise Refused(f"<{local(root)}> sans SearchResults", f"<{local(root)}> without SearchResults")
    matched = results.get("numberOfRecordsMatched", "")
    return int(matched) if matched.isdigit() else 0, [
        child for child in results if isinstance(child.tag, str)
    ]


async def all_pages(visit: Visit, size: int, most: int, body_of: Any) -> tuple[int, int]:
    """Walk pages as harvesters do; return how many records were received, of how many announced."""
    received, total, start = 0, 0, 1
    for _ in range(most):
        total, found = records(await visit.post(body_of(start)))
        received += len(found)
        start += size
        if not found or start > total:
            break
    if total and not received:
        raise Refused(f"{total} fiches annoncées, aucune reçue", f"{total} records announced, none received")
    return received, total
