"""WMS: what the capabilities document says of the service and of its layers."""

from collections.abc import AsyncIterator

from cicclo.probes.check import check
from cicclo.probes.checks import _ows as judge
from cicclo.probes.documents import local
from cicclo.probes.errors import BadDocument, BadStatus
from cicclo.probes.examples._ows import asks
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols.wms import ROOTS, VERSIONS, Layer, Wms, capabilities_url
from cicclo.probes.session import Ask, with_params


@check(
    "wms/capabilities/version-negotiation",
    on="wms",
    breaks=lambda site: site.edit_text("/wms*", 'version="1.1.1"', 'version="1.3.0"', asks(version="1.1.1")),
)
async def versions(wms: Wms, ask: Ask) -> AsyncIterator[Verdict]:
    """Each version asked is answered with a version not above it, under the root of that version."""
    for version in VERSIONS:
        try:
            root = await ask.xml(capabilities_url(wms.url, version))
        except (BadStatus, BadDocument) as error:
            yield failed(
                f"{version} : {error.message.fr}",
                f"{version}: {error.message.en}",
                at=error.at,
                code="unreadable",
                facet=version,
            )
            continue
        seen, name = root.get("version", ""), local(root)
        expected = "WMS_Capabilities" if seen.startswith("1.3") else "WMT_MS_Capabilities"
        if name == expected and seen and seen <= version:
            yield passed(facet=version)
        else:
            yield failed(
                f"{version} demandée, reçu {name} version « {seen} »",
                f"{version} asked, got {name} version “{seen}”",
                at="/@version",
                code="other-version",
                facet=version,
            )


@check(
    "wms/capabilities/parameter-names",
    on="wms",
    breaks=lambda site: site.status("/wms?service=*", 400, _written_lower),
)
async def parameter_names(wms: Wms, ask: Ask) -> AsyncIterator[Verdict]:
    """Names in any case, and no version at all: clients write both (geopython/OWSLib issue 981)."""
    for facet, params in {
        "lower-case": {"service": "WMS", "request": "GetCapabilities"},
        "mixed-case": {"Service": "WMS", "Request": "GetCapabilities", "Version": wms.version},
    }.items():
        try:
            root = await _ows.document(ask, with_params(wms.url, params), {}, *ROOTS)
        except (BadStatus, BadDocument) as error:
            yield failed(error.message.fr, error.message.en, at=error.at, code=error.code, facet=facet)
            continue
        yield passed(at=local(root), facet=facet)


def _written_lower(request: object) -> bool:
    return "?service=" in str(getattr(request, "url", ""))


@check(
    "wms/capabilities/operation-urls",
    on="wms",
    breaks=lambda site: site.edit_text("/wms*", "https://good.example/wms", "http://localhost:8080/wms"),
)
async def operation_urls(wms: Wms, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wms.url))
    return judge.addresses(wms.url, wms.operations.values())


@check(
    "wms/capabilities/encoding",
    on="wms",
    breaks=lambda site: site.header(
        "/wms*", "content-type", "text/xml; charset=ISO-8859-1", asks(request="getcapabilities")
    ),
)
async def encoding(wms: Wms, ask: Ask) -> Verdict:
    return judge.declared_encoding(await ask.get(capabilities_url(wms.url)))


@check(
    "wms/capabilities/licence",
    on="wms",
    breaks=lambda site: site.edit_text("/wms*", "Licence Ouverte 2.0", "none").edit_text(
        "/wms*", "Gratuit", "none"
    ),
)
async def licence(wms: Wms, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wms.url))
    return judge.licence(wms.about)


@check(
    "wms/layers/names",
    on="wms",
    breaks=lambda site: site.edit_text("/wms*", "<Name>arrets</Name>", "<Name>arrêts, bus</Name>"),
)
async def names(wms: Wms, ask: Ask) -> Verdict:
    """LAYERS separates names with commas; spaces break links copied into messages and records."""
    await ask.get(capabilities_url(wms.url))
    found = [layer.name for layer in wms.layers if layer.name]
    if not found:
        return failed("aucune couche n'a de nom", "no layer has a name", at="Layer/Name", code="none")
    wrong = [name for name in found if "," in name or any(character.isspace() for character in name)]
    if wrong:
        return failed(
            f"nom avec espace ou virgule : « {wrong[0]} »",
            f"name with a space or comma: “{wrong[0]}”",
            at="Layer/Name",
            code="separator",
        )
    if len(set(found)) < len(found):
        twice = next(name for rank, name in enumerate(found) if name in set(found[:rank]))
        return failed(
            f"nom en double : « {twice} »", f"repeated name: “{twice}”", at="Layer/Name", code="repeated"
        )
    return passed()


@check(
    "wms/layers/bbox",
    on="wms",
    each="layer",
    breaks=lambda site: site.edit_text("/wms*", "<westBoundLongitude>1.8<", "<westBoundLongitude>649000<"),
)
async def bbox(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    fault = _ows.box_fault(layer.bbox)
    return failed(fault.fr, fault.en, at="Layer/EX_GeographicBoundingBox") if fault else passed()


@check(
    "wms/layers/crs",
    on="wms",
    each="layer",
    breaks=lambda site: site.edit_text("/wms*", "<CRS>EPSG:3857</CRS>", ""),
)
async def web_crs(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    if layer.offers("EPSG:3857"):
        return passed()
    return failed("EPSG:3857 n'est pas proposé", "EPSG:3857 is not offered", at="Layer/CRS")


@check(
    "wms/layers/national-crs",
    on="wms",
    each="layer",
    breaks=lambda site: site.edit_text("/wms*", "<CRS>EPSG:2154</CRS>", ""),
)
async def national_crs(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    return judge.national_crs(layer.bbox, layer.crs)


@check(
    "wms/layers/queryable",
    on="wms",
    breaks=lambda site: site.edit_text("/wms*", 'queryable="1"', 'queryable="0"'),
)
async def queryable(wms: Wms, ask: Ask) -> Verdict:
    """A service with GetFeatureInfo has a layer that can be queried."""
    await ask.get(capabilities_url(wms.url))
    if any(layer.queryable for layer in wms.layers):
        return passed()
    return failed(
        "GetFeatureInfo annoncé, aucune couche interrogeable",
        "GetFeatureInfo announced, no queryable layer",
        at="Layer/@queryable",
    )


@check("wms/layers/metadata-url", on="wms", each="layer", breaks=lambda site: site.status("/metadata/*", 404))
async def metadata_url(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    if not layer.metadata:
        return failed("aucun MetadataURL", "no MetadataURL", at="Layer/MetadataURL", code="none")
    return await judge.links_answer(ask, layer.metadata)


@check(
    "wms/layers/described",
    on="wms",
    each="layer",
    breaks=lambda site: site.edit_text("/wms*", "<Title>Communes</Title>", "<Title>communes</Title>"),
)
async def described(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    if layer.title in ("", layer.name):
        return failed(
            f"titre technique : « {layer.title} »",
            f"technical title: “{layer.title}”",
            at="Layer/Title",
            code="title",
        )
    if not layer.abstract:
        return failed("pas de résumé", "no abstract", at="Layer/Abstract", code="abstract")
    return passed()
