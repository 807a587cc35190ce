"""WFS: what the capabilities document says of the service."""

from collections.abc import AsyncIterator

from cicclo.probes.check import check
from cicclo.probes.checks import _ows
from cicclo.probes.documents import local
from cicclo.probes.errors import BadDocument, BadStatus
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.wfs import Wfs, capabilities_url
from cicclo.probes.session import Ask


def _same_document_whatever_the_version(site: Site) -> Site:
    return site.edit_text("/wfs*", 'version="1.1.0"', 'version="2.0.0"', asks(request="getcapabilities"))


@check("wfs/capabilities/version-negotiation", on="wfs", breaks=_same_document_whatever_the_version)
async def versions(wfs: Wfs, ask: Ask) -> AsyncIterator[Verdict]:
    """Clients that ask a version and get another document crash (geopython/OWSLib issue 1036)."""
    for version in wfs.versions:
        try:
            root = await ask.xml(capabilities_url(wfs.url, version))
        except (BadStatus, BadDocument) as error:
            yield failed(
                f"{version} : {error.message.fr}",
                f"{version}: {error.message.en}",
                at=error.at,
                code="unreadable",
                facet=version,
            )
            continue
        seen = root.get("version", "")
        if local(root) == "WFS_Capabilities" and seen == version:
            yield passed(facet=version)
        else:
            yield failed(
                f"version {version} demandée, reçu {local(root)} version « {seen} »",
                f"version {version} asked, got {local(root)} version “{seen}”",
                at="/@version",
                code="other-version",
                facet=version,
            )


@check(
    "wfs/capabilities/operation-urls",
    on="wfs",
    breaks=lambda site: site.edit_text(
        "/wfs*", '<ows:Get xlink:href="https://good.example', '<ows:Get xlink:href="http://localhost:8080'
    ),
)
async def operation_urls(wfs: Wfs, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wfs.url))
    return _ows.addresses(wfs.url, wfs.operations.values())


@check(
    "wfs/capabilities/encoding",
    on="wfs",
    breaks=lambda site: site.header(
        "/wfs*", "content-type", "text/xml; charset=ISO-8859-1", asks(request="getcapabilities")
    ),
)
async def encoding(wfs: Wfs, ask: Ask) -> Verdict:
    return _ows.declared_encoding(await ask.get(capabilities_url(wfs.url)))


@check(
    "wfs/capabilities/licence",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "Licence Ouverte 2.0", "NONE").edit_text(
        "/wfs*", "Gratuit", ""
    ),
)
async def licence(wfs: Wfs, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wfs.url))
    return _ows.licence(wfs.about)


@check(
    "wfs/capabilities/keywords",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "<ows:Keyword>communes</ows:Keyword>", ""),
)
async def keywords(wfs: Wfs, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wfs.url))
    if wfs.about.keywords:
        return passed()
    return failed(
        "le service n'a aucun mot-clé", "the service has no keyword", at="ServiceIdentification/Keywords"
    )


@check(
    "wfs/capabilities/feature-types",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "demo:arrets</Name>", "demo:communes</Name>"),
)
async def feature_types(wfs: Wfs, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wfs.url))
    names = [feature_type.name for feature_type in wfs.types]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if not names:
        return failed("aucun type annoncé", "no feature type announced", at="FeatureTypeList", code="none")
    if "" in names or twice:
        return failed(
            f"noms vides ou en double : {twice[:3]}",
            f"empty or repeated names: {twice[:3]}",
            at="FeatureTypeList",
            code="names",
        )
    return passed()


@check(
    "wfs/capabilities/json-offered",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "<ows:Value>application/json</ows:Value>", ""),
)
async def json_offered(wfs: Wfs, ask: Ask) -> Verdict:
    """Data hubs preview tables from GeoJSON only (GeoIDE, geonetwork-ui)."""
    await ask.get(capabilities_url(wfs.url))
    if wfs.json_format:
        return passed(at=wfs.json_format)
    listed = ", ".join(wfs.formats[:6]) or "∅"
    return failed(
        f"aucun format JSON parmi : {listed}", f"no JSON format among: {listed}", at="GetFeature/outputFormat"
    )


@check(
    "wfs/capabilities/count-default",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "CountDefault", "CountMaximum"),
)
async def count_default(wfs: Wfs, ask: Ask) -> Verdict:
    """Without it, clients choose a page size of their own and load slowly (qgis/QGIS issue 59741)."""
    await ask.get(capabilities_url(wfs.url))
    if wfs.count_default is not None:
        return passed(at=str(wfs.count_default))
    return failed(
        "CountDefault n'est pas annoncé", "CountDefault is not announced", at="OperationsMetadata/Constraint"
    )
