"""WFS: refusals, POST and stored queries."""

from collections.abc import AsyncIterator

from cicclo.probes.check import check
from cicclo.probes.checks import _ows as judge
from cicclo.probes.checks.wfs._features import COLLECTIONS, first_features
from cicclo.probes.documents import local, xml_of
from cicclo.probes.errors import Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols import _gml, _ows
from cicclo.probes.protocols.wfs import FeatureType, Wfs
from cicclo.probes.session import Ask

UNKNOWN = "cicclo_unknown_type"
BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"
_EMPTY = Reply.xml(
    '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" numberMatched="0" numberReturned="0"/>'
)


@check(
    "wfs/exceptions/unknown-type",
    on="wfs",
    breaks=lambda site: site.reply("/wfs*", _EMPTY, asks(typenames=UNKNOWN)),
)
async def unknown_type(wfs: Wfs, ask: Ask) -> AsyncIterator[Verdict]:
    """A type that does not exist is refused: an empty collection would hide the mistake of the client."""
    answer = await ask.get(wfs.url, wfs.features(UNKNOWN, count=1))
    for verdict in judge.refusals(answer, must_be_4xx=wfs.is_2, what=f"type « {UNKNOWN} »"):
        yield verdict


@check(
    "wfs/exceptions/unknown-operation",
    on="wfs",
    breaks=lambda site: site.reply("/wfs*", Reply.text("Welcome"), asks(request="ciccloUnknown")),
)
async def unknown_operation(wfs: Wfs, ask: Ask) -> AsyncIterator[Verdict]:
    answer = await ask.get(wfs.url, wfs.ask("ciccloUnknown"))
    for verdict in judge.refusals(answer, must_be_4xx=wfs.is_2, what="REQUEST=ciccloUnknown"):
        yield verdict


@check(
    "wfs/getfeature/post",
    on="wfs",
    each="type",
    breaks=lambda site: site.status("/wfs", 405, lambda request: request.method == "POST"),
)
async def post(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """GetFeature by POST, when its address is announced."""
    if not wfs.is_2:
        raise Missing("forme XML de WFS 2.0 seulement", "XML form of WFS 2.0 only")
    prefix, _, _ = feature_type.name.rpartition(":")
    namespaces = f' xmlns:{prefix}="{await _namespace(wfs, feature_type, ask)}"' if prefix else ""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<GetFeature xmlns="http://www.opengis.net/wfs/2.0"{namespaces} service="WFS" version="{wfs.version}" count="1">'
        f'<Query typeNames="{feature_type.name}"/></GetFeature>'
    )
    answer = await ask.send("POST", wfs.url, headers={"content-type": "application/xml"}, body=body.encode())
    root = xml_of(_ows.succeeded(answer))
    if local(root) in COLLECTIONS:
        return passed()
    return failed(f"réponse « {local(root)} »", f"answer “{local(root)}”", at="/", code="unexpected-root")


async def _namespace(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> str:
    """The namespace of the features, as their own document writes it."""
    found = await first_features(wfs, feature_type.name, ask)
    tag = str(found.features[0].tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


@check(
    "wfs/stored-queries/listed",
    on="wfs",
    breaks=lambda site: site.edit_text("/wfs*", "GetFeatureById", "Other", asks(request="liststoredqueries")),
)
async def stored_queries(wfs: Wfs, ask: Ask) -> Verdict:
    """GetFeatureById is the one stored query that every WFS 2.0 has."""
    if not wfs.is_2:
        raise Missing("WFS 2.0 seulement", "WFS 2.0 only")
    root = await _ows.document(ask, wfs.url, wfs.ask("ListStoredQueries"), "ListStoredQueriesResponse")
    listed = [query.get("id", "") for query in _ows.children(root, "StoredQuery")]
    if any(name.endswith("GetFeatureById") for name in listed):
        return passed()
    return failed(
        f"GetFeatureById absente de {listed[:3]}",
        f"GetFeatureById not among {listed[:3]}",
        at="/StoredQuery/@id",
    )


@check(
    "wfs/stored-queries/feature-by-id",
    on="wfs",
    each="type",
    breaks=lambda site: site.reply("/wfs*", _EMPTY, asks(storedquery_id=BY_ID)),
)
async def feature_by_id(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """The identifier of a feature seen in a page finds that feature again."""
    if not wfs.is_2:
        raise Missing("WFS 2.0 seulement", "WFS 2.0 only")
    found = await first_features(wfs, feature_type.name, ask)
    wanted = _gml.feature_id(found.features[0])
    if not wanted:
        raise Missing("objet sans identifiant", "feature without identifier")
    answer = _ows.succeeded(await ask.get(wfs.url, wfs.ask("GetFeature", STOREDQUERY_ID=BY_ID, ID=wanted)))
    root = xml_of(answer)
    seen = [_gml.feature_id(root), *(_gml.feature_id(feature) for feature in _gml.features(root))]
    if wanted in seen:
        return passed()
    return failed(
        f"« {wanted} » n'est pas rendu par son identifiant",
        f"“{wanted}” is not returned by its identifier",
        at=answer.url,
    )
