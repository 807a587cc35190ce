"""The API and its catalogues: classes, record collections, autodiscovery."""

import re

from cicclo.ogc.conformance import faults
from cicclo.ogc.links import find_links, media_type
from cicclo.probes.check import check
from cicclo.probes.documents import success, text_of
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.records import CATALOGUE_REL, GEOJSON, RECORDS, Catalogue, Records
from cicclo.probes.session import Ask

# pygeoapi and pycsw announce the draft's names, the standard has others; a client must know both
DRAFT_NAMES = frozenset({"conf/core", "conf/opensearch", "conf/autodiscover"})


@check(
    "ogcapi-records/records-api/announced",
    on="records",
    breaks=lambda site: site.edit(
        "/records/conformance",
        lambda d: d.update(conformsTo=["http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core"]),
    ),
)
async def announced(records: Records, ask: Ask) -> Verdict:
    """Both spellings count, the draft's `core` and the standard's `record-core`."""
    if any(claim.startswith(RECORDS) for claim in records.claims):
        return passed()
    return failed("aucune classe Records dans conformsTo", "no Records class in conformsTo", at="/conformsTo")


@check(
    "ogcapi-records/records-api/released-classes",
    on="records",
    breaks=lambda site: site.edit(
        "/records/conformance",
        lambda d: d["conformsTo"].append("http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core"),
    ),
)
async def released_classes(records: Records, ask: Ask) -> Verdict:
    found = [uri for uri in records.conforms_to if "ogcapi-records" in uri]
    if not found:
        raise Missing("aucune classe Records annoncée", "no Records class announced")
    for uri in found:
        if wrong := faults(uri):
            return failed(f"{uri} : {', '.join(wrong)}", f"{uri}: {', '.join(wrong)}", at=uri, code=wrong[0])
        if any(uri.endswith("/" + name) for name in DRAFT_NAMES):
            return failed(
                f"{uri} : nom de classe du projet de norme",
                f"{uri}: class name of the draft standard",
                at=uri,
                code="draft-name",
            )
    return passed()


@check(
    "ogcapi-records/autodiscovery/link",
    on="records",
    breaks=lambda site: site.edit("/records/", lambda d: d["links"].pop() and None),
)
async def autodiscovery(records: Records, ask: Ask) -> Verdict:
    """In the links of the landing page, or in the head of its HTML."""
    if find_links(records.landing, CATALOGUE_REL):
        return passed()
    answer = await ask.get(records.endpoint.url, accept="text/html")
    if answer.ok and "html" in answer.media_type and re.search(r"rel/ogc/1\.0/ogc-catalog", text_of(answer)):
        return passed()
    return failed(
        "la page d'accueil ne mène pas au catalogue (ogc-catalog)",
        "the landing page does not lead to the catalogue (ogc-catalog)",
        at="/links",
    )


@check(
    "ogcapi-records/record-collection/item-type",
    on="records",
    each="collection",
    breaks=lambda site: site.edit("/records/collections/fiches", lambda d: d.update(itemType="feature")),
)
async def item_type(records: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """Read on the collection itself, where clients read it."""
    document = await ask.json(catalogue.url)
    kind = document.get("itemType") if isinstance(document, dict) else None
    if kind == "record" or (isinstance(kind, list) and "record" in kind):
        return passed()
    return failed(
        f"itemType {kind!r} au lieu de « record »", f"itemType {kind!r} instead of “record”", at="/itemType"
    )


@check(
    "ogcapi-records/record-collection/members",
    on="records",
    each="collection",
    breaks=lambda site: site.edit(
        "/records/collections*",
        lambda d: [c.pop("description", None) for c in d.get("collections", [d])] and None,
    ),
)
async def described(records: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    absent = [name for name in ("id", "title", "description", "links") if not catalogue.document.get(name)]
    if absent:
        return failed(
            f"membres absents : {', '.join(absent)}",
            f"absent members: {', '.join(absent)}",
            at=f"/{absent[0]}",
        )
    return passed()


@check(
    "ogcapi-records/json/record-response",
    on="records",
    each="collection",
    breaks=lambda site: site.header("*/items*", "content-type", "application/json"),
)
async def geojson(records: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    answer = success(await ask.get(catalogue.items_url, {"limit": 10}, accept=GEOJSON))
    if media_type(answer.header("content-type")) == GEOJSON:
        return passed()
    return failed(f"type de média {answer.media_type}", f"media type {answer.media_type}", at="content-type")
