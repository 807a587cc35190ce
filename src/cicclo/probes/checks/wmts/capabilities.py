"""WMTS: what the capabilities document says of the service, its layers and its tile matrix sets."""

from itertools import pairwise

from cicclo.ogc import crs
from cicclo.probes.check import check
from cicclo.probes.checks import _ows as judge
from cicclo.probes.examples._ows import asks
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols.wmts import Layer, MatrixSet, Wmts, capabilities_url, corner_of, span
from cicclo.probes.session import Ask

# Well-known scale set GoogleMapsCompatible (OGC 07-057r7, annex E.4)
GOOGLE_SCALE = 559082264.0287178
WEB_MERCATOR = ("EPSG:3857", "EPSG:900913")


@check(
    "wmts/capabilities/operation-urls",
    on="wmts",
    breaks=lambda site: site.edit_text("/wmts*", 'xlink:href="https:', 'xlink:href="http:'),
)
async def operation_urls(wmts: Wmts, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wmts.url))
    templates = [template for layer in wmts.layers for template, _ in layer.templates]
    rest = [_ows.Operation("ResourceURL", template.partition("{")[0]) for template in templates]
    return judge.addresses(wmts.url, [*wmts.operations.values(), *rest])


@check(
    "wmts/capabilities/encoding",
    on="wmts",
    breaks=lambda site: site.header(
        "/wmts*", "content-type", "text/xml; charset=ISO-8859-1", asks(request="getcapabilities")
    ),
)
async def encoding(wmts: Wmts, ask: Ask) -> Verdict:
    return judge.declared_encoding(await ask.get(capabilities_url(wmts.url)))


@check(
    "wmts/capabilities/licence",
    on="wmts",
    breaks=lambda site: site.edit_text("/wmts*", "Licence Ouverte 2.0", "none"),
)
async def licence(wmts: Wmts, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wmts.url))
    return judge.licence(wmts.about)


@check(
    "wmts/capabilities/both-encodings",
    on="wmts",
    breaks=lambda site: site.edit_text("/wmts*", 'resourceType="tile"', 'resourceType="simpleProfileTile"'),
)
async def both_encodings(wmts: Wmts, ask: Ask) -> Verdict:
    await ask.get(capabilities_url(wmts.url))
    if not wmts.kvp:
        return failed(
            "pas de tuiles par paramètres (KVP)",
            "no tiles by parameters (KVP)",
            at="OperationsMetadata/GetTile",
            code="no-kvp",
        )
    if any(not layer.templates for layer in wmts.layers):
        return failed(
            "pas de tuiles par chemin (REST) pour toutes les couches",
            "no tiles by path (REST) for every layer",
            at="Layer/ResourceURL",
            code="no-rest",
        )
    return passed()


@check(
    "wmts/tilematrixsets/links",
    on="wmts",
    breaks=lambda site: site.edit_text("/wmts*", "<ows:Identifier>PM<", "<ows:Identifier>PM2<"),
)
async def links(wmts: Wmts, ask: Ask) -> Verdict:
    """Every tile matrix set that a layer names is described in the document."""
    await ask.get(capabilities_url(wmts.url))
    for layer in wmts.layers:
        missing = [name for name in layer.links if name not in wmts.sets]
        if missing or not layer.links:
            shown = missing[0] if missing else "∅"
            return failed(
                f"{layer.name} : « {shown} » n'est pas décrit",
                f"{layer.name}: “{shown}” is not described",
                at="Layer/TileMatrixSetLink",
            )
    return passed()


@check(
    "wmts/tilematrixsets/web-mercator",
    on="wmts",
    breaks=lambda site: site.edit_text("/wmts*", "EPSG::3857", "EPSG::3395"),
)
async def web_mercator(wmts: Wmts, ask: Ask) -> Verdict:
    """The grid of Web maps: EPSG:3857, scales of GoogleMapsCompatible."""
    await ask.get(capabilities_url(wmts.url))
    found = [s for s in wmts.sets.values() if crs.code(s.crs) in WEB_MERCATOR]
    if not found:
        return failed(
            "aucune grille en EPSG:3857",
            "no grid in EPSG:3857",
            at="TileMatrixSet/SupportedCRS",
            code="no-3857",
        )
    if any(all(_is_google_scale(m.scale) for m in s.matrices.values()) for s in found if s.matrices):
        return passed()
    return failed(
        "échelles autres que GoogleMapsCompatible",
        "scales other than GoogleMapsCompatible",
        at="TileMatrix/ScaleDenominator",
        code="other-scales",
    )


def _is_google_scale(scale: float) -> bool:
    """A power of two below the first scale, within the rounding seen in documents (one per mille)."""
    ratio = GOOGLE_SCALE / scale
    power = 1 << max(0, round(ratio).bit_length() - 1)
    return any(abs(ratio / near - 1) < 0.001 for near in (power, power * 2))


@check(
    "wmts/tilematrixsets/geometry",
    on="wmts",
    breaks=lambda site: site.edit_text(
        "/wmts*", "<TopLeftCorner>90.0 -180.0<", "<TopLeftCorner>-180.0 90.0<"
    ),
)
async def geometry(wmts: Wmts, ask: Ask) -> Verdict:
    """Scales differ at each level, all levels can be read, and a geographic corner is inside the world, axes in order."""
    await ask.get(capabilities_url(wmts.url))
    for found in wmts.sets.values():
        verdict = _geometry(found)
        if verdict:
            return verdict
    return passed()


def _geometry(found: MatrixSet) -> Verdict | None:
    where = f"TileMatrixSet[{found.id}]"
    if found.unreadable or not found.matrices:
        shown = found.unreadable[0] if found.unreadable else "∅"
        return failed(
            f"{found.id} : niveau « {shown} » illisible",
            f"{found.id}: level “{shown}” cannot be read",
            at=where,
            code="unreadable",
        )
    scales = sorted(matrix.scale for matrix in found.matrices.values())
    if any(big / small < 1.0001 for small, big in pairwise(scales)):
        return failed(
            f"{found.id} : deux niveaux de même échelle",
            f"{found.id}: two levels of the same scale",
            at=where,
            code="same-scale",
        )
    system = crs.read(found.crs)
    if system is None or not system.is_geographic:
        return None
    for matrix in found.matrices.values():
        (left, top), (_, height) = corner_of(matrix, found), span(matrix, found)
        if not (-180.01 <= left <= 180.01 and -90.01 <= top <= 90.01 + height):
            shown = f"{matrix.corner[0]:g} {matrix.corner[1]:g}"
            return failed(
                f"{found.id} : coin {shown} à l'envers pour {found.crs}",
                f"{found.id}: corner {shown} reversed for {found.crs}",
                at=where,
                code="corner",
            )
    return None


@check(
    "wmts/layers/limits",
    on="wmts",
    each="layer",
    breaks=lambda site: site.edit_text("/wmts*", "<MaxTileRow>1<", "<MaxTileRow>2<"),
)
async def limits(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    """Limits stay inside the matrix they speak of."""
    for name, by_level in layer.links.items():
        matrices = wmts.sets[name].matrices if name in wmts.sets else {}
        for limit in by_level.values():
            matrix = matrices.get(limit.matrix)
            where = f"TileMatrixLimits[{name}/{limit.matrix}]"
            if matrix is None:
                return failed(
                    f"niveau « {limit.matrix} » absent de {name}",
                    f"level “{limit.matrix}” not in {name}",
                    at=where,
                    code="no-level",
                )
            for bounds, size in ((limit.rows, matrix.size[1]), (limit.columns, matrix.size[0])):
                if not 0 <= bounds[0] <= bounds[1] < size:
                    shown = f"{bounds[0]}–{bounds[1]}"
                    return failed(
                        f"tuiles {shown} hors de 0–{size - 1}",
                        f"tiles {shown} outside 0–{size - 1}",
                        at=where,
                        code="outside",
                    )
    return passed()


@check(
    "wmts/layers/style",
    on="wmts",
    each="layer",
    breaks=lambda site: site.edit_text("/wmts*", "<ows:Identifier>normal</ows:Identifier>", ""),
)
async def style(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    """A style is named, and one is the default when there are several."""
    if not layer.styles or "" in layer.styles:
        return failed(
            "style sans identifiant",
            "style without identifier",
            at="Layer/Style/Identifier",
            code="no-identifier",
        )
    if len(layer.styles) > 1 and layer.default_style is None:
        return failed(
            "plusieurs styles, aucun par défaut",
            "several styles, none by default",
            at="Layer/Style/@isDefault",
            code="no-default",
        )
    return passed()


@check(
    "wmts/layers/bbox",
    on="wmts",
    each="layer",
    breaks=lambda site: site.edit_text("/wmts*", "<ows:LowerCorner>1.8 49.4<", "<ows:LowerCorner>1.8 149.4<"),
)
async def bbox(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    fault = _ows.box_fault(layer.bbox)
    return failed(fault.fr, fault.en, at="Layer/WGS84BoundingBox") if fault else passed()
