"""WFS: describing and reading feature types."""

from dataclasses import replace

from cicclo.ogc import crs
from cicclo.probes.check import check
from cicclo.probes.checks import _ows as judge
from cicclo.probes.checks.wfs._features import first_features, hits, page
from cicclo.probes.documents import json_of, local
from cicclo.probes.errors import Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols import _gml, _ows
from cicclo.probes.protocols.wfs import FeatureType, Wfs
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Request


@check(
    "wfs/describefeaturetype/schema",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*",
        '<xsd:element name="communes"',
        '<xsd:element name="FEATURE"',
        asks(request="describefeaturetype"),
    ),
)
async def described(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """The answer is an XML Schema that declares the type asked."""
    names = {"TYPENAMES" if wfs.is_2 else "TYPENAME": feature_type.name}
    root = await _ows.document(ask, wfs.url, wfs.ask("DescribeFeatureType", **names), "schema")
    wanted = feature_type.name.rpartition(":")[2]
    declared = [e.get("name", "") for e in _ows.children(root, "element")]
    if wanted in declared:
        return passed()
    return failed(
        f"le schéma ne déclare pas l'élément « {wanted} » mais {declared[:3]}",
        f"the schema does not declare element “{wanted}” but {declared[:3]}",
        at="/schema/element",
    )


@check(
    "wfs/getfeature/hits",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*", 'numberMatched="7"', 'numberMatched="unknown"', asks(resulttype="hits")
    ),
)
async def counted(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    found = await page(wfs, feature_type.name, ask, count=None, RESULTTYPE="hits")
    if found.features:
        return failed(
            "des objets sont renvoyés au lieu du compte",
            "features are returned instead of the count",
            at="/member",
            code="features",
        )
    if found.matched is None:
        return failed(
            f"le nombre d'objets n'est pas dit : « {found.matched_as_written} »",
            f"the number of features is not said: “{found.matched_as_written}”",
            at="/@numberMatched",
            code="no-number",
        )
    return passed(f"{found.matched} objets", f"{found.matched} features")


@check(
    "wfs/getfeature/gml",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", "demo:communes", "demo:arrets", asks(request="getfeature")),
)
async def gml(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """The default format is well-formed GML whose members are of the type asked."""
    found = await first_features(wfs, feature_type.name, ask)
    wanted = feature_type.name.rpartition(":")[2]
    others = {local(feature) for feature in found.features} - {wanted}
    if others:
        return failed(
            f"membres « {min(others)} » au lieu de « {wanted} »",
            f"members “{min(others)}” instead of “{wanted}”",
            at="/member/*",
            code="other-type",
        )
    if any(not _gml.feature_id(feature) for feature in found.features):
        return failed("objet sans gml:id", "feature without gml:id", at="/member/*/@gml:id", code="no-id")
    return passed()


def _without_count(request: Request) -> Request:
    return replace(request, url=with_params(request.url, {"COUNT": None}))


@check(
    "wfs/getfeature/count",
    on="wfs",
    each="type",
    breaks=lambda site: site.reply(
        "/wfs*", lambda request: site.answer(_without_count(request)), asks(request="getfeature", count="2")
    ),
)
async def count_obeyed(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    found = await first_features(wfs, feature_type.name, ask)
    if len(found.features) > 2:
        return failed(
            f"2 objets demandés, {len(found.features)} reçus",
            f"2 features asked, {len(found.features)} received",
            at="/member",
        )
    return passed()


def _not_geojson(_request: object, reply: Reply) -> Reply:
    return Reply(200, reply.headers, b'{"objets": []}')


@check(
    "wfs/getfeature/json",
    on="wfs",
    each="type",
    breaks=lambda site: site.change("/wfs*", _not_geojson, asks(outputformat="application/json")),
)
async def json(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """What is announced as JSON is a GeoJSON feature collection with the features asked."""
    wanted = wfs.json_format or "application/json"
    answer = _ows.succeeded(
        await ask.get(wfs.url, wfs.features(feature_type.name, count=2, OUTPUTFORMAT=wanted))
    )
    document = json_of(answer)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        return failed(
            "ce n'est pas une FeatureCollection GeoJSON",
            "not a GeoJSON FeatureCollection",
            at="/type",
            code="not-geojson",
        )
    if "json" not in answer.media_type:
        return failed(
            f"Content-Type « {answer.media_type} »",
            f"Content-Type “{answer.media_type}”",
            at="Content-Type",
            code="media-type",
        )
    gml_page = await page(wfs, feature_type.name, ask)
    if len(features) != len(gml_page.features):
        seen = len(gml_page.features)
        return failed(
            f"{len(features)} objets en JSON, {seen} en GML",
            f"{len(features)} features in JSON, {seen} in GML",
            at="/features",
            code="count",
        )
    return passed()


@check(
    "wfs/getfeature/bbox",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", 'numberMatched="0"', 'numberMatched="7"', asks(bbox="*")),
)
async def bbox(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """The announced box finds features, the other side of the Earth finds none."""
    if feature_type.bbox is None or _ows.box_fault(feature_type.bbox):
        raise Missing("pas d'emprise annoncée utilisable", "no usable announced box")
    written = _written(wfs, feature_type.bbox)
    offered = (
        any(crs.code(identifier) == "EPSG:4326" for identifier in feature_type.crs) and "urn:" in written
    )
    same = {"SRSNAME": "urn:ogc:def:crs:EPSG::4326"} if offered else {}
    inside = await hits(wfs, feature_type.name, ask, BBOX=written, **same)
    if inside == 0 and await hits(wfs, feature_type.name, ask) != 0:
        return failed(
            "aucun objet dans l'emprise annoncée",
            "no feature inside the announced box",
            at="BBOX",
            code="none-inside",
        )
    if same and inside and await hits(wfs, feature_type.name, ask, BBOX=written) == 0:
        return failed(
            "le système cité dans BBOX n'est suivi que si SRSNAME le répète",
            "the system named in BBOX is only followed when SRSNAME repeats it",
            at="BBOX",
            code="box-crs-ignored",
        )
    west, south, east, north = feature_type.bbox
    if east - west > 90 or north - south > 45:
        return passed()
    away = await hits(wfs, feature_type.name, ask, BBOX=_written(wfs, _other_side(feature_type.bbox)), **same)
    if away:
        return failed(
            f"{away} objets à l'autre bout du monde : BBOX ignoré",
            f"{away} features on the other side of the Earth: BBOX ignored",
            at="BBOX",
            code="ignored",
        )
    return passed()


def _other_side(box: _ows.Box) -> _ows.Box:
    longitude, latitude = _ows.centre(box)
    far = longitude + 150 if longitude < 0 else longitude - 150
    south = -latitude
    return far - 1, south - 0.5, far + 1, south + 0.5


def _written(wfs: Wfs, box: _ows.Box) -> str:
    """Latitude first with the URN since WFS 1.1, longitude first before."""
    west, south, east, north = box
    if wfs.version.startswith("1.0"):
        return f"{west},{south},{east},{north}"
    return f"{south},{west},{north},{east},urn:ogc:def:crs:EPSG::4326"


@check(
    "wfs/getpropertyvalue/values",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*", "ValueCollection", "FeatureCollection", asks(request="getpropertyvalue")
    ),
)
async def property_value(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    found = await first_features(wfs, feature_type.name, ask)
    names = _gml.attributes(found.features[0])
    if not names:
        raise Missing("aucun attribut simple", "no plain attribute")
    more = {"TYPENAMES": feature_type.name, "VALUEREFERENCE": names[0], "COUNT": 1}
    await _ows.document(ask, wfs.url, wfs.ask("GetPropertyValue", **more), "ValueCollection")
    return passed()


@check(
    "wfs/types/metadata-url",
    on="wfs",
    each="type",
    breaks=lambda site: site.status("/metadata/*", 404),
)
async def metadata_url(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    if not feature_type.metadata:
        return failed("aucun MetadataURL", "no MetadataURL", at="FeatureType/MetadataURL", code="none")
    return await judge.links_answer(ask, feature_type.metadata)


@check(
    "wfs/types/bbox",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*", "<ows:LowerCorner>1.8 49.4</ows:LowerCorner>", "<ows:LowerCorner>49.4 1.8</ows:LowerCorner>"
    ),
)
async def box_is_sane(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    fault = _ows.box_fault(feature_type.bbox)
    return failed(fault.fr, fault.en, at="WGS84BoundingBox") if fault else passed()


@check(
    "wfs/types/described",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", "<Title>Communes</Title>", "<Title>demo:communes</Title>"),
)
async def described_for_humans(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """A title that is not the technical name, and an abstract."""
    technical = {"", feature_type.name, feature_type.name.rpartition(":")[2]}
    if feature_type.title in technical:
        return failed(
            f"titre technique : « {feature_type.title} »",
            f"technical title: “{feature_type.title}”",
            at="FeatureType/Title",
            code="title",
        )
    if not feature_type.abstract:
        return failed("pas de résumé", "no abstract", at="FeatureType/Abstract", code="abstract")
    return passed()
