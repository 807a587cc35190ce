"""Parts shared by the correct WFS, WMS, WMTS and TMS services in memory."""

from cicclo.probes.examples.site import Reply, Where, query
from cicclo.web.outgoing import Request

BASE = "https://good.example"
RECORD = f"{BASE}/metadata/communes.xml"


def asks(**params: str) -> Where:
    """Requests whose query has these values, case ignored; a value of `*` only wants the parameter present."""

    def match(request: Request) -> bool:
        found = {name: value.lower() for name, value in query(request).items()}
        return all(
            name in found if value == "*" else found.get(name) == value.lower()
            for name, value in params.items()
        )

    return match


def exception(code: str, text: str, locator: str = "", status: int = 400, version: str = "2.0.0") -> Reply:
    """An OWS exception report."""
    where = f' locator="{locator}"' if locator else ""
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="{version}">
<ows:Exception exceptionCode="{code}"{where}><ows:ExceptionText>{text}</ows:ExceptionText></ows:Exception>
</ows:ExceptionReport>"""
    return Reply.xml(body, status=status)


def record(path: str) -> Reply | None:
    """The metadata record that layers point to."""
    if path == "/metadata/communes.xml":
        return Reply.xml('<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"/>')
    return None
