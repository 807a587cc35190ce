"""What the capabilities of a catalogue announce."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import exception_text
from cicclo.probes.documents import is_ows_exception, usable, xml_of
from cicclo.probes.iso.services import is_private_host
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols.csw import GMD, Csw
from cicclo.probes.session import Ask

_CAPABILITIES = "*request=GetCapabilities*"
_MANDATORY = ("GetCapabilities", "DescribeRecord", "GetRecords", "GetRecordById")


@check(
    "csw/capabilities/version",
    on="csw",
    breaks=lambda site: site.edit_text(_CAPABILITIES, 'version="2.0.2"', 'version="3.0.0"'),
)
async def version_negotiated(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    for version in sorted(csw.versions & {"2.0.2", "3.0.0"}):
        name = "VERSION" if version == "2.0.2" else "ACCEPTVERSIONS"
        root = await ask.xml(
            csw.base, {"service": "CSW", name.lower(): version, "request": "GetCapabilities"}
        )
        if is_ows_exception(root):
            text = exception_text(root)
            yield failed(text.fr, text.en, code="exception-report", facet=version)
        elif root.get("version") != version:
            got = root.get("version")
            yield failed(
                f"{name}={version} donne la version {got}",
                f"{name}={version} gives version {got}",
                at="/@version",
                code="other-version",
                facet=version,
            )
        else:
            yield passed(facet=version)
    if not csw.versions & {"2.0.2", "3.0.0"}:
        said = ", ".join(sorted(csw.versions))
        yield failed(
            f"ni 2.0.2 ni 3.0.0 : {said}", f"neither 2.0.2 nor 3.0.0: {said}", code="unknown-version"
        )


@check(
    "csw/capabilities/operations",
    on="csw",
    breaks=lambda site: site.edit_text(_CAPABILITIES, 'name="GetRecordById"', 'name="GetIt"'),
)
async def operations(csw: Csw, ask: Ask) -> Verdict:
    wanted = [name for name in _MANDATORY if name != "DescribeRecord" or csw.version == "2.0.2"]
    missing = [name for name in wanted if name not in csw.operations]
    if not missing:
        return passed()
    names = ", ".join(missing)
    return failed(
        f"opérations absentes : {names}",
        f"missing operations: {names}",
        at="OperationsMetadata",
        code="missing-operation",
    )


@check(
    "csw/capabilities/operation-urls",
    on="csw",
    breaks=lambda site: site.edit_text(
        _CAPABILITIES, "https://good.example/csw", "http://localhost:8080/csw"
    ),
)
async def operation_urls(csw: Csw, ask: Ask) -> Verdict:
    """Http behind https stops harvesters (Esri/geoportal-server-catalog issue 326)."""
    urls = [(name, url) for name, op in csw.operations.items() for url in (*op.get, *op.post)]
    if not urls:
        return failed(
            "aucune adresse d'opération", "no operation address", at="OperationsMetadata", code="no-url"
        )
    asked = urlsplit(csw.base)
    for name, url in urls:
        fault = _url_fault(url, asked.scheme, asked.hostname or "")
        if fault:
            return failed(f"{name} : {url}", f"{name}: {url}", at=f"Operation[@name='{name}']", code=fault)
    return passed()


def _url_fault(url: str, scheme: str, host: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "bad-url"
    if not parts.hostname:
        return "relative-url"
    if parts.hostname != host:
        return "private-host" if is_private_host(parts.hostname) else "other-host"
    return "http-behind-https" if scheme == "https" and parts.scheme == "http" else ""


@check(
    "csw/capabilities/gmd-announced",
    on="csw",
    breaks=lambda site: site.edit_text(_CAPABILITIES, f"<ows:Value>{GMD}</ows:Value>", ""),
)
async def gmd_announced(csw: Csw, ask: Ask) -> Verdict:
    """Most harvesters read gmd only (ckan/ckanext-spatial issue 212)."""
    schemas = csw.values("outputSchema")
    if GMD in schemas:
        return passed()
    said = ", ".join(schemas) or "—"
    return failed(
        f"schémas de sortie : {said}",
        f"output schemas: {said}",
        at="Parameter[@name='outputSchema']",
        code="gmd-not-announced",
    )


@check(
    "csw/capabilities/queryables",
    on="csw",
    breaks=lambda site: site.edit_text(_CAPABILITIES, "SupportedISOQueryables", "Others"),
)
async def queryables(csw: Csw, ask: Ask) -> Verdict:
    """Without queryables a harvester's filter panel stays empty (georchestra issue 2792)."""
    operation = csw.operations.get("GetRecords")
    names = ("supportedisoqueryables", "supporteddublincorequeryables", "additionalqueryables")
    known = [value for name in names for value in (operation.values.get(name, []) if operation else [])]
    if known:
        return passed(f"{len(known)} champs", f"{len(known)} fields")
    where = "Operation[@name='GetRecords']/Constraint"
    return failed(
        "aucun champ interrogeable annoncé", "no queryable announced", at=where, code="no-queryables"
    )


def _not_xml(content_type: str) -> bool:
    return content_type not in ("application/xml", "text/xml") and not content_type.endswith("+xml")


@check(
    "csw/capabilities/content-type",
    on="csw",
    breaks=lambda site: site.header(_CAPABILITIES, "content-type", "text/html"),
)
async def content_type(csw: Csw, ask: Ask) -> Verdict:
    answer = await ask.get(csw.base, {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"})
    xml_of(answer)
    if _not_xml(answer.media_type):
        fr, en = f"type « {answer.media_type} » pour du XML", f"type “{answer.media_type}” for XML"
        return failed(fr, en, at="content-type", code="not-xml-type")
    return passed()


@check(
    "csw/capabilities/cors",
    on="csw",
    breaks=lambda site: site.header("/csw*", "access-control-allow-origin", None),
)
async def cors(csw: Csw, ask: Ask) -> Verdict:
    answer = await ask.get(
        csw.base,
        {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"},
        origin="https://www.data.gouv.fr",
    )
    allowed = usable(answer).header("access-control-allow-origin")
    if allowed in ("*", "https://www.data.gouv.fr"):
        return passed()
    fr, en = (
        "le catalogue n'est pas lisible depuis une page d'un autre site",
        "a page of another site cannot read the catalogue",
    )
    return failed(fr, en, at="access-control-allow-origin", code="no-cors")


@check("csw/opensearch/description", on="csw", breaks=lambda site: site.status("*mode=opensearch*", 404))
async def opensearch(csw: Csw, ask: Ask) -> Verdict:
    if "3.0.0" not in csw.versions:
        return inapplicable("CSW 3.0 non annoncé", "CSW 3.0 not announced")
    root = await ask.xml(
        csw.base, {"mode": "opensearch", "service": "CSW", "version": "3.0.0", "request": "GetCapabilities"}
    )
    templates = list(_templates(root))
    if any("{searchTerms" in template for template in templates):
        return passed()
    return failed(
        "pas de gabarit de recherche {searchTerms}",
        "no search template with {searchTerms}",
        at="Url/@template",
        code="no-template",
    )


def _templates(root: etree._Element) -> Iterator[str]:
    return (url.get("template", "") for url in root.iter("{*}Url"))
