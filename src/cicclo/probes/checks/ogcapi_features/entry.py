"""Part 1: landing page, API definition and collections, as the official suite tests them."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from cicclo.ogc.crs import CRS84, CRS84H
from cicclo.ogc.links import find_links, relations
from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import expected_alternates, links_verdict
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._openapi import Definition
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@check(
    "ogcapi-features/core/root-success",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"][3].update(rel="collections")),
)
async def root_success(api: OgcApi, ask: Ask) -> Verdict:
    page = await ask.json(api.endpoint.url)
    if not relations(page) & {"service-desc", "service-doc"}:
        return failed(
            "ni « service-desc » ni « service-doc »", "neither “service-desc” nor “service-doc”", at="/links"
        )
    for rel in ("conformance", "data"):
        if not find_links(page, rel):
            return failed(f"aucun lien « {rel} »", f"no “{rel}” link", at="/links", code=f"no-{rel}")
    return passed()


@check(
    "ogcapi-features/core/api-definition-success",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/api", lambda document: document["paths"]["/api"]["get"].update(responses=None)
    ),
)
async def api_definition(api: OgcApi, ask: Ask) -> Verdict:
    """The mistakes that stop code generators and the official suite; it does not replace a full validator."""
    if not api.api_url:
        return failed("aucun lien « service-desc »", "no “service-desc” link", at="/links", code="no-link")
    document = await ask.json(api.api_url, accept=api.api_accept)
    for fr, en, at in openapi_faults(Definition.of(document)):
        return failed(fr, en, at=at)
    return passed()


def openapi_faults(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """What OpenAPI 3.0 requires of the document, its operations and their parameters."""
    document = definition.document
    info = document.get("info")
    if not str(document.get("openapi", "")).startswith("3."):
        yield "« openapi: 3.x » absent", "“openapi: 3.x” is absent", "/openapi"
    if (
        not isinstance(info, dict)
        or not isinstance(info.get("title"), str)
        or not isinstance(info.get("version"), str)
    ):
        yield "« info » sans titre ou sans version", "“info” lacks a title or a version", "/info"
    else:
        yield from _contact_faults(info.get("contact"))
    if not definition.paths:
        yield "aucun chemin", "no path", "/paths"
    for path, item in definition.paths.items():
        for method in METHODS:
            if method in item:
                yield from _operation_faults(
                    definition, item[method], f"/paths/{path.replace('/', '~1')}/{method}"
                )


def _contact_faults(contact: Any) -> Iterator[tuple[str, str, str]]:
    """OpenAPI 3.0.3, Contact Object: an e-mail is in the format of one; QGIS Server writes an empty one."""
    email = contact.get("email") if isinstance(contact, dict) else None
    if email is not None and not (isinstance(email, str) and EMAIL.fullmatch(email)):
        yield f"« {email} » n'est pas un courriel", f"“{email}” is not an e-mail", "/info/contact/email"


def _operation_faults(definition: Definition, operation: Any, at: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(operation, dict):
        yield "opération mal formée", "malformed operation", at
        return
    if not isinstance(operation.get("responses"), dict) or not operation["responses"]:
        yield "opération sans réponses", "operation without responses", f"{at}/responses"
    raw = operation.get("parameters", [])
    for index, node in enumerate(raw if isinstance(raw, list) else []):
        outside = isinstance(node, dict) and not str(node.get("$ref", "#/")).startswith("#/")
        parameter = definition.resolve(node)
        if not outside and not (parameter.get("name") and parameter.get("in")):
            yield (
                "paramètre sans nom ou sans place",
                "parameter without name or place",
                f"{at}/parameters/{index}",
            )


@check(
    "ogcapi-features/core/fc-md-links",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/collections", lambda document: document["links"].pop(0) and None),
)
async def collections_links(api: OgcApi, ask: Ask) -> Verdict:
    document = await ask.json(api.collections_url)
    return links_verdict(
        document if isinstance(document, dict) else {}, expected_alternates(api, "application/json")
    )


@check(
    "ogcapi-features/core/fc-md-items",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document["collections"][0].update(links=[])
    ),
)
async def collections_items(api: OgcApi, ask: Ask) -> Verdict:
    document = await ask.json(api.collections_url)
    if not isinstance(document, dict) or not api.collections:
        raise Missing("aucune collection", "no collection")
    for index, collection in enumerate(api.collections):
        items = find_links(collection.document, "items")
        at = f"/collections/{index}/links"
        if collection.is_feature and not items:
            return failed(
                f"« {collection.id} » sans lien « items »",
                f"“{collection.id}” has no items link",
                at=at,
                code="no-items",
            )
        if any(not isinstance(link.get("type"), str) for link in items):
            return failed(
                f"« {collection.id} » : lien « items » sans type",
                f"“{collection.id}”: items link without a type",
                at=at,
                code="no-type",
            )
    return passed()


@check(
    "ogcapi-features/core/fc-md-success",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document.update(crs=document["crs"][::-1])
    ),
)
async def collections_content(api: OgcApi, ask: Ask) -> AsyncIterator[Verdict]:
    document = await ask.json(api.collections_url)
    document = document if isinstance(document, dict) else {}
    full = all(isinstance(document.get(name), list) and document[name] for name in ("links", "collections"))
    message = ("« links » ou « collections » absent ou vide", "“links” or “collections” absent or empty")
    yield passed(facet="") if full else failed(*message, at="/")
    crs = document.get("crs")
    if not isinstance(crs, list) or not crs:
        yield inapplicable("aucune liste de CRS commune", "no shared list of CRS", facet="crs")
    elif crs[0] in (CRS84, CRS84H):
        yield passed(facet="crs")
    else:
        yield failed(f"premier CRS : {crs[0]}", f"first CRS: {crs[0]}", at="/crs/0", facet="crs")


@check(
    "ogcapi-features/core/sfc-md-op",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.status("/ogcapi/collections/stops", 500),
)
async def collection_operation(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    if isinstance(await ask.json(collection.url), dict):
        return passed()
    return failed(
        "la description n'est pas un objet JSON", "the description is not a JSON object", at=collection.url
    )


@check(
    "ogcapi-features/core/sfc-md-success",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("/ogcapi/collections/stops", lambda document: document.update(id="other")),
)
async def collection_content(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """What /collections says of a collection, the collection says too."""
    document = await ask.json(collection.url)
    document = document if isinstance(document, dict) else {}
    for name in ("id", "title", "description", "extent"):
        announced, said = collection.document.get(name), document.get(name)
        if announced is not None and announced != said:
            fr = f"« {name} » diffère de /collections : {said!r} et {announced!r}"
            return failed(
                fr,
                f"“{name}” differs from /collections: {said!r} and {announced!r}",
                at=f"/{name}",
                code=f"other-{name}",
            )
    if not find_links(document, "items"):
        return failed("aucun lien « items »", "no items link", at="/links", code="no-items")
    return passed()


@check(
    "ogcapi-features/core/extent",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections",
        lambda d: d["collections"][0]["extent"]["spatial"].update(bbox=[2.9, 50.5, 3.1, 50.6]),
    ),
)
async def extent(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await ask.get(api.collections_url, accept="application/json")
    stated = collection.document.get("extent")
    spatial = stated.get("spatial") if isinstance(stated, dict) else None
    if not isinstance(spatial, dict) or spatial.get("bbox") is None:
        raise Missing("aucune étendue spatiale annoncée", "no spatial extent announced")
    box = collection.bbox
    low = box[1] if box else 0.0
    high = box[len(box) // 2 + 1] if box else 0.0
    if not box or low > high or abs(low) > 90 or abs(high) > 90:
        return failed(
            f"étendue inutilisable : {spatial.get('bbox')}",
            f"unusable extent: {spatial.get('bbox')}",
            at="/extent/spatial/bbox",
        )
    return passed()
