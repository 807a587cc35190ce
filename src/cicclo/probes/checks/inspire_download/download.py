"""INSPIRE download through OGC API Features: metadata, licence, bulk file, languages, reference systems."""

from typing import Any
from urllib.parse import urljoin

from cicclo.ogc.crs import code, read
from cicclo.ogc.links import find_links, media_type
from cicclo.probes.check import check
from cicclo.probes.documents import local, usable
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

METADATA_ROOTS = ("MD_Metadata", "MI_Metadata", "GetRecordByIdResponse")


async def listing(api: OgcApi, ask: Ask) -> dict[str, Any]:
    document = await ask.json(api.collections_url)
    return document if isinstance(document, dict) else {}


def _targets(api: OgcApi, document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    """Links of /collections, or else of its collections."""
    return find_links(document, rel) or [
        link for one in api.collections for link in find_links(one.document, rel)
    ]


@check(
    "inspire-download/pre-defined/metadata-link",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections",
        lambda d: d.update(links=[one for one in d["links"] if one["rel"] != "describedby"]),
    ),
)
async def metadata_link(api: OgcApi, ask: Ask) -> Verdict:
    links = [
        link
        for link in _targets(api, await listing(api, ask), "describedby")
        if media_type(link.get("type")) == "application/xml"
    ]
    if links:
        return passed()
    return failed(
        "aucun lien « describedby » en application/xml",
        "no “describedby” link in application/xml",
        at="/links",
    )


@check(
    "inspire-download/pre-defined/metadata-readable",
    on="ogcapi",
    breaks=lambda site: site.edit_text("/ogcapi/metadata.xml", "MD_Metadata", "Record"),
)
async def metadata_readable(api: OgcApi, ask: Ask) -> Verdict:
    links = [
        link
        for link in _targets(api, await listing(api, ask), "describedby")
        if media_type(link.get("type")) == "application/xml"
    ]
    if not links:
        raise Missing("aucun lien vers des métadonnées XML", "no link to XML metadata")
    url = urljoin(api.collections_url, str(links[0].get("href", "")))
    root = await ask.xml(url)
    if local(root) in METADATA_ROOTS:
        return passed()
    return failed(f"élément racine « {local(root)} »", f"root element “{local(root)}”", at=url)


@check(
    "inspire-download/pre-defined/licence",
    on="ogcapi",
    breaks=lambda site: site.status("/ogcapi/licence", 404),
)
async def licence(api: OgcApi, ask: Ask) -> Verdict:
    links = _targets(api, await listing(api, ask), "license")
    if not links:
        return failed("aucun lien « license »", "no “license” link", at="/links", code="no-link")
    url = urljoin(api.collections_url, str(links[0].get("href", "")))
    answer = await ask.get(url)
    if answer.failure is not None:
        return cannot_tell("la licence n'a pas pu être lue", "the licence could not be read", at=url)
    if answer.ok:
        return passed()
    return failed(
        f"la licence répond {answer.status}", f"the licence answers {answer.status}", at=url, code="dead"
    )


@check(
    "inspire-download/bulk-download/enclosure",
    on="ogcapi",
    breaks=lambda site: site.header("/ogcapi/all.gpkg", "content-length", None),
)
async def enclosure(api: OgcApi, ask: Ask) -> Verdict:
    """HEAD only: the file may weigh gigabytes."""
    links = _targets(api, await listing(api, ask), "enclosure")
    if not links:
        return failed("aucun lien « enclosure »", "no “enclosure” link", at="/links", code="no-link")
    if not isinstance(links[0].get("type"), str):
        return failed(
            "lien « enclosure » sans type", "“enclosure” link without a type", at="/links", code="no-type"
        )
    url = urljoin(api.collections_url, str(links[0].get("href", "")))
    answer = await ask.send("HEAD", url)
    if usable(answer).status in (405, 501):
        return cannot_tell("HEAD n'est pas permis", "HEAD is not allowed", at=url)
    if not answer.ok:
        return failed(
            f"le fichier répond {answer.status}", f"the file answers {answer.status}", at=url, code="dead"
        )
    stated = answer.header("content-length")
    if stated.isdigit() and int(stated) > 0:
        return passed(f"{stated} octets", f"{stated} bytes")
    return failed(
        "le fichier n'annonce pas sa longueur",
        "the file does not announce its length",
        at="content-length",
        code="no-length",
    )


@check(
    "inspire-download/bulk-download/hreflang",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda d: [one.pop("hreflang", None) for one in d["links"]] and None
    ),
)
async def hreflang(api: OgcApi, ask: Ask) -> Verdict:
    links = _targets(api, await listing(api, ask), "enclosure")
    if not links:
        raise Missing("aucun lien « enclosure »", "no “enclosure” link")
    if all(isinstance(link.get("hreflang"), str) for link in links):
        return passed()
    return failed("lien « enclosure » sans hreflang", "“enclosure” link without hreflang", at="/links")


@check(
    "inspire-download/multilinguality/content-language",
    on="ogcapi",
    breaks=lambda site: site.header("/ogcapi/", "content-language", None),
)
async def content_language(api: OgcApi, ask: Ask) -> Verdict:
    answer = usable(await ask.get(api.root, accept="application/json", accept_language="en"))
    if not answer.ok:
        return failed(
            f"« Accept-Language: en » répond {answer.status}",
            f"“Accept-Language: en” answers {answer.status}",
            at=answer.url,
        )
    if answer.header("content-language"):
        return passed(answer.header("content-language"), answer.header("content-language"))
    return failed("aucun en-tête Content-Language", "no Content-Language header", at="content-language")


@check(
    "inspire-download/inspire-crs/etrs89",
    on="ogcapi",
    breaks=lambda site: site.edit_text("/ogcapi/collections", "EPSG/0/4258", "EPSG/0/27700").edit_text(
        "/ogcapi/collections", "EPSG/0/2154", "EPSG/0/32631"
    ),
)
async def etrs89(api: OgcApi, ask: Ask) -> Verdict:
    """Continental Europe: a CRS whose datum is ETRS89 or a national realisation of it (RGF93…)."""
    await ask.get(api.collections_url, accept="application/json")
    offered = {uri for collection in api.features() for uri in collection.crs}
    if not offered:
        raise Missing("aucune liste de CRS", "no list of CRS")
    if any(_is_etrs89(uri) for uri in sorted(offered)):
        return passed()
    return failed("aucun CRS fondé sur ETRS89", "no CRS based on ETRS89", at="/collections/0/crs")


def _is_etrs89(uri: str) -> bool:
    crs = read(uri) if code(uri) else None
    base = (crs.geodetic_crs or crs) if crs else None
    return bool(base and any(name in base.name for name in ("ETRS89", "ETRF", "RGF93")))
