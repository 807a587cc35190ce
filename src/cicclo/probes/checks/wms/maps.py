"""WMS: maps, legends, queries and refusals."""

from collections.abc import AsyncIterator
from typing import Any

from cicclo.ogc import crs
from cicclo.probes.check import check
from cicclo.probes.checks import _images
from cicclo.probes.checks import _ows as judge
from cicclo.probes.documents import looks_like_html
from cicclo.probes.errors import Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Reply
from cicclo.probes.examples.wms import png, refusal
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols._ows import Box
from cicclo.probes.protocols.wms import SIDE, VERSIONS, Layer, Wms, middle, projected
from cicclo.probes.session import Ask

_SYSTEMS = ("CRS:84", "EPSG:4326", "EPSG:3857", "EPSG:2154")
_HIDDEN = Reply.xml(refusal("InvalidParameterValue", "WMS: hidden error").body, "text/xml", 200)
_FRANCE = (-5.5, 41.2, 9.8, 51.3)


def box_of(layer: Layer) -> Box:
    """A square in the middle of the layer; raise Missing without a usable box."""
    if layer.bbox is None or _ows.box_fault(layer.bbox):
        raise Missing("pas d'emprise annoncée utilisable", "no usable announced box")
    return middle(layer.bbox)


def system_of(layer: Layer) -> tuple[str, Box]:
    """A system that the layer offers, with its box in it."""
    box = box_of(layer)
    for code in ("EPSG:3857", "EPSG:4326", "CRS:84", "EPSG:2154"):
        found = projected(box, code) if layer.offers(crs.code(code)) else None
        if found:
            return code, found
    raise Missing("aucun système de référence usuel", "no usual reference system")


@check(
    "wms/getmap/image",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply("/wms*", _HIDDEN, asks(request="getmap", crs="EPSG:2154")),
)
async def maps(wms: Wms, layer: Layer, ask: Ask) -> AsyncIterator[Verdict]:
    """An image in each usual system offered, axes in the order of the version: 200 with XML is no map."""
    box = box_of(layer)
    for code in _SYSTEMS:
        if not layer.offers(crs.code(code)) or (code == "EPSG:2154" and not _in_france(box)):
            yield inapplicable(f"{code} : non proposé ici", f"{code}: not offered here", facet=code)
            continue
        there = projected(box, code)
        if there is None:
            yield inapplicable(
                f"{code} : emprise hors du système", f"{code}: box outside the system", facet=code
            )
            continue
        yield _images.image(await ask.get(wms.url, wms.map(layer, code, there)), at=code, facet=code)


def _in_france(box: Box) -> bool:
    longitude, latitude = _ows.centre(box)
    return _FRANCE[0] <= longitude <= _FRANCE[2] and _FRANCE[1] <= latitude <= _FRANCE[3]


@check(
    "wms/getmap/size",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply(
        "/wms*", Reply(200, {"content-type": "image/png"}, png(16)), asks(request="getmap")
    ),
)
async def size(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    """The image has the width and height asked."""
    code, box = system_of(layer)
    answer = await ask.get(wms.url, wms.map(layer, code, box))
    found = _images.size(_ows.succeeded(answer).body)
    if found is None:
        return inapplicable("taille lue dans les PNG seulement", "size is read in PNG only")
    if found == (SIDE, SIDE):
        return passed()
    shown = f"{found[0]}×{found[1]}"
    return failed(
        f"image de {shown} au lieu de {SIDE}×{SIDE}",
        f"image of {shown} instead of {SIDE}×{SIDE}",
        at="WIDTH, HEIGHT",
    )


@check(
    "wms/getmap/other-version",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply("/wms*", _HIDDEN, asks(request="getmap", version="1.1.1")),
)
async def other_version(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    """The version that the capabilities are not in draws too, with its own axis order and SRS or CRS."""
    version = VERSIONS[0] if wms.version.startswith("1.3") else VERSIONS[1]
    code, box = system_of(layer)
    if layer.offers("EPSG:4326"):
        code, box = "EPSG:4326", projected(box_of(layer), "EPSG:4326") or box
    answer = await ask.get(wms.url, wms.map(layer, code, box, version=version))
    return _images.image(answer, at=f"{version} {code}")


@check(
    "wms/getmap/transparent",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply(
        "/wms*",
        Reply(200, {"content-type": "image/png"}, b"\x89PNG\r\n\x1a\n" + bytes(17) + b"\x02" + bytes(40)),
        asks(transparent="TRUE"),
    ),
)
async def transparent(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    """TRANSPARENT=TRUE gives a PNG that can lie over another map."""
    if wms.image_format() != "image/png":
        raise Missing("image/png n'est pas proposé", "image/png is not offered")
    code, box = system_of(layer)
    answer = await ask.get(wms.url, wms.map(layer, code, box, TRANSPARENT="TRUE"))
    body = _ows.succeeded(answer).body
    if _images.kind(body) == "image/png" and _images.has_transparency(body):
        return passed()
    return failed("PNG sans transparence", "PNG without transparency", at="TRANSPARENT=TRUE", code="opaque")


@check(
    "wms/getmap/time",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply("/wms*", _HIDDEN, asks(time="*")),
)
async def time(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    """The default (or first) time announced can be drawn."""
    if not layer.time:
        raise Missing("pas de dimension temporelle", "no time dimension")
    value = layer.time_default or layer.time.replace("/", ",").split(",")[0].strip()
    code, box = system_of(layer)
    return _images.image(await ask.get(wms.url, wms.map(layer, code, box, TIME=value)), at=f"TIME={value}")


@check("wms/getlegend/image", on="wms", each="layer", breaks=lambda site: site.status("/legend.png", 404))
async def legend(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    if not layer.legends:
        raise Missing("aucune légende annoncée", "no legend announced")
    address = _ows.absolute(layer.legends[0], wms.url)
    return _images.image(await ask.get(address), at=address)


@check(
    "wms/getfeatureinfo/answer",
    on="wms",
    each="layer",
    breaks=lambda site: site.reply("/wms*", _HIDDEN, asks(request="getfeatureinfo")),
)
async def feature_info(wms: Wms, layer: Layer, ask: Ask) -> Verdict:
    """A queryable layer answers in a format announced."""
    if not layer.queryable or not wms.info_formats:
        raise Missing("couche non interrogeable", "layer not queryable")
    code, box = system_of(layer)
    wanted = next((name for name in wms.info_formats if "json" in name), wms.info_formats[0])
    new = wms.version.startswith("1.3")
    pixel = {"I" if new else "X": SIDE // 2, "J" if new else "Y": SIDE // 2}
    more: dict[str, Any] = {
        "REQUEST": "GetFeatureInfo",
        "QUERY_LAYERS": layer.name,
        "INFO_FORMAT": wanted,
        **pixel,
    }
    answer = _ows.succeeded(await ask.get(wms.url, wms.map(layer, code, box, **more)))
    if looks_like_html(answer.body) and "html" not in wanted:
        return failed(f"HTML au lieu de {wanted}", f"HTML instead of {wanted}", at="INFO_FORMAT", code="html")
    return passed(at=wanted)


def _any_layer(wms: Wms) -> Layer:
    for layer in wms.layers:
        if layer.name and layer.bbox is not None and not _ows.box_fault(layer.bbox):
            return layer
    raise Missing("aucune couche à dessiner", "no layer to draw")


@check(
    "wms/exceptions/unknown-layer",
    on="wms",
    breaks=lambda site: site.reply(
        "/wms*", Reply(200, {"content-type": "image/png"}, png(256)), asks(layers="cicclo_unknown_layer")
    ),
)
async def unknown_layer(wms: Wms, ask: Ask) -> Verdict:
    """A blank image for a layer that does not exist hides the mistake."""
    code, box = system_of(_any_layer(wms))
    answer = await ask.get(wms.url, wms.map(Layer("cicclo_unknown_layer"), code, box))
    return _refused(list(judge.refusals(answer, must_be_4xx=False, what="LAYERS=cicclo_unknown_layer")))


@check(
    "wms/exceptions/unknown-crs",
    on="wms",
    breaks=lambda site: site.reply(
        "/wms*", Reply(200, {"content-type": "image/png"}, png(256)), asks(crs="EPSG:1")
    ),
)
async def unknown_crs(wms: Wms, ask: Ask) -> Verdict:
    """A reference system that is not offered gives InvalidCRS (InvalidSRS in 1.1.1)."""
    layer = _any_layer(wms)
    code, box = system_of(layer)
    name = "CRS" if wms.version.startswith("1.3") else "SRS"
    answer = await ask.get(wms.url, {**wms.map(layer, code, box), name: "EPSG:1"})
    verdict = _refused(list(judge.refusals(answer, must_be_4xx=False, what=f"{name}=EPSG:1")))
    report = _ows.exception_of(answer)
    if report and report.code not in ("InvalidCRS", "InvalidSRS"):
        return failed(
            f"code « {report.code} » au lieu de Invalid{name}",
            f"code “{report.code}” instead of Invalid{name}",
            at="ServiceException/@code",
            code="other-code",
        )
    return verdict


def _refused(verdicts: list[Verdict]) -> Verdict:
    """One verdict for a refusal: WMS says nothing of HTTP statuses, a report is enough."""
    return next((v for v in verdicts if v.code), passed())
