"""Representations by Accept, errors, and what a browser is allowed to read."""

from collections.abc import AsyncIterator

from cicclo.ogc.links import find_links
from cicclo.probes.check import check
from cicclo.probes.documents import looks_like_html, usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PORTAL = "https://www.data.gouv.fr"
PAGE = Reply(200, {"content-type": "text/html"}, b"<!doctype html><html></html>")


@check(
    "ogcapi-common/negotiation/accept-json",
    on="ogcapi",
    breaks=lambda site: site.reply("/ogcapi/conformance", PAGE, lambda request: "f=" not in request.url),
)
async def accept_json(api: OgcApi, ask: Ask) -> AsyncIterator[Verdict]:
    """Without any `f`: GDAL and QGIS do not know each server's words for its formats."""
    places = {"landing": api.root, "conformance": api.conformance_url, "collections": api.collections_url}
    for facet, url in places.items():
        answer = await ask.get(url.split("?")[0], accept="application/json")
        if answer.failure is not None:
            yield cannot_tell("pas de réponse", "no answer", at=url, facet=facet)
        elif not answer.ok or "json" not in answer.media_type:
            got = f"{answer.status} {answer.media_type}"
            yield failed(
                f"« Accept: application/json » donne {got}",
                f"“Accept: application/json” gives {got}",
                at=answer.url,
                facet=facet,
            )
        else:
            yield passed(facet=facet)


@check(
    "ogcapi-common/negotiation/html",
    on="ogcapi",
    breaks=lambda site: site.reply(
        "/ogcapi/",
        lambda _request: Reply.json({"links": []}),
        lambda request: "html" in request.header("accept"),
    ),
)
async def html(api: OgcApi, ask: Ask) -> Verdict:
    answer = usable(await ask.get(api.root, accept=BROWSER))
    if (
        answer.ok
        and answer.media_type in ("text/html", "application/xhtml+xml")
        and looks_like_html(answer.body)
    ):
        return passed()
    return failed(
        f"un navigateur reçoit {answer.status} {answer.media_type}",
        f"a browser gets {answer.status} {answer.media_type}",
        at=answer.url,
    )


@check(
    "ogcapi-common/errors/not-found",
    on="ogcapi",
    breaks=lambda site: site.reply("/ogcapi/collections/cicclo-no-such*", Reply.json({}, status=200)),
)
async def not_found(api: OgcApi, ask: Ask) -> Verdict:
    url = f"{api.collections_url.split('?')[0].rstrip('/')}/cicclo-no-such-collection"
    answer = await ask.get(url, accept="application/json")
    if answer.failure is not None:
        return cannot_tell("pas de réponse", "no answer", at=url)
    if answer.status == 404:
        return passed()
    return failed(
        f"collection inexistante : {answer.status} au lieu de 404",
        f"absent collection: {answer.status} instead of 404",
        at=url,
    )


@check(
    "ogcapi-common/errors/json",
    on="ogcapi",
    breaks=lambda site: site.reply(
        "/ogcapi/collections/cicclo-no-such*", Reply(404, {"content-type": "text/html"}, b"<html></html>")
    ),
)
async def json_errors(api: OgcApi, ask: Ask) -> Verdict:
    """A program that asked for JSON can show the reason only if the error is JSON too."""
    url = f"{api.collections_url.split('?')[0].rstrip('/')}/cicclo-no-such-collection"
    answer = await ask.get(url, accept="application/json")
    if usable(answer).status < 400:
        raise Missing("aucune erreur n'est renvoyée", "no error is returned")
    if "json" in answer.media_type:
        return passed()
    return failed(f"erreur en « {answer.media_type} »", f"error as “{answer.media_type}”", at=answer.url)


@check(
    "ogcapi-common/cors/readable-from-a-portal",
    on="ogcapi",
    breaks=lambda site: site.header("/ogcapi/collections*", "access-control-allow-origin", None),
)
async def cors(api: OgcApi, ask: Ask) -> Verdict:
    """A map in a browser on another site reads nothing without it."""
    answer = await ask.get(api.collections_url, accept="application/json", origin=PORTAL)
    if not usable(answer).ok:
        return cannot_tell(f"réponse {answer.status}", f"answer {answer.status}", at=answer.url)
    if answer.header("access-control-allow-origin") in ("*", PORTAL):
        return passed()
    return failed(
        "aucun en-tête Access-Control-Allow-Origin utilisable",
        "no usable Access-Control-Allow-Origin header",
        at="access-control-allow-origin",
    )


@check(
    "ogcapi-common/cors/exposed-headers",
    on="ogcapi",
    breaks=lambda site: site.header("*/items*", "access-control-expose-headers", "Date"),
)
async def exposed_headers(api: OgcApi, ask: Ask) -> Verdict:
    """Content-Crs tells the axes of what was read: a browser hides it unless it is exposed."""
    url = api.any_collection().items_url
    answer = await ask.get(url, {"limit": 1}, accept="application/geo+json", origin=PORTAL)
    if not usable(answer).ok or not answer.header("content-crs"):
        raise Missing("aucun en-tête Content-Crs à exposer", "no Content-Crs header to expose")
    exposed = {name.strip().lower() for name in answer.header("access-control-expose-headers").split(",")}
    if exposed & {"*", "content-crs"}:
        return passed()
    return failed(
        "Content-Crs n'est pas exposé aux navigateurs",
        "Content-Crs is not exposed to browsers",
        at="access-control-expose-headers",
    )


@check(
    "ogcapi-common/collections/alternate-formats",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/collections", lambda document: document["links"].pop(1)),
)
async def alternate_formats(api: OgcApi, ask: Ask) -> Verdict:
    """A human who opens the list in a browser finds a page."""
    document = await ask.json(api.collections_url)
    if find_links(document, "alternate", "text/html") or find_links(document, "self", "text/html"):
        return passed()
    return failed(
        "aucun lien « alternate » vers une page HTML", "no “alternate” link to an HTML page", at="/links"
    )
