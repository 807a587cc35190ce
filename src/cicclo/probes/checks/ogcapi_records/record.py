"""What each record must say, and whether its links answer."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

from cicclo.ogc.links import absolute, links_of
from cicclo.probes.check import check
from cicclo.probes.checks import _links
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.records import GEOJSON, Catalogue, Records, properties, some_records
from cicclo.probes.session import Ask

DATE = re.compile(r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$")
NAVIGATION = frozenset({"self", "collection", "root", "parent", "alternate", "prev", "next"})
MOST_LINKS = 3


def first_record(change: Any) -> Any:
    """Damage the first record of the example's answers."""
    return lambda site: site.edit(
        "*/items*", lambda d: change(d["features"][0]) and None if d.get("features") else None
    )


@check(
    "ogcapi-records/record-core/members",
    on="records",
    each="collection",
    breaks=first_record(lambda r: r["properties"].pop("title")),
)
async def members(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    for index, record in enumerate(await some_records(catalogue, ask)):
        absent = [name for name in ("geometry", "properties") if name not in record]
        absent += [
            f"properties/{name}"
            for name in ("type", "title")
            if not isinstance(properties(record).get(name), str) or not properties(record)[name]
        ]
        if record.get("id") in (None, ""):
            absent.append("id")
        if record.get("type") != "Feature":
            absent.append("type")
        if absent:
            fr = f"{record.get('id')} : membre absent ou vide {', '.join(absent)}"
            return failed(
                fr,
                f"{record.get('id')}: absent or empty member {', '.join(absent)}",
                at=f"/features/{index}/{absent[0]}",
            )
    return passed()


@check(
    "ogcapi-records/record-core/conforms-to",
    on="records",
    each="collection",
    breaks=first_record(lambda r: r.pop("conformsTo")),
)
async def conforms_to(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    for index, record in enumerate(await some_records(catalogue, ask)):
        classes = record.get("conformsTo")
        if not isinstance(classes, list) or not any("ogcapi-records" in str(uri) for uri in classes):
            return failed(
                f"{record.get('id')} ne dit pas qu'il suit Records",
                f"{record.get('id')} does not say it follows Records",
                at=f"/features/{index}/conformsTo",
            )
    return passed()


@check(
    "ogcapi-records/record-core/time",
    on="records",
    each="collection",
    breaks=first_record(lambda r: r.update(time="2024") or True),
)
async def time(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    for index, record in enumerate(await some_records(catalogue, ask)):
        if wrong := _wrong_time(record.get("time")):
            return failed(
                f"{record.get('id')} : {wrong}", f"{record.get('id')}: {wrong}", at=f"/features/{index}/time"
            )
    return passed()


def _wrong_time(value: Any) -> str:
    """The part of a `time` member that is not correct; empty when all is."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        return repr(value)[:80]
    interval = value.get("interval", [])
    if not isinstance(interval, list) or len(interval) not in (0, 2):
        return repr(interval)[:80]
    moments = [value[name] for name in ("date", "timestamp") if name in value] + [
        bound for bound in interval if bound not in ("..", None)
    ]
    return next(
        (repr(moment)[:80] for moment in moments if not isinstance(moment, str) or not DATE.match(moment)), ""
    )


@check(
    "ogcapi-records/record-core/links",
    on="records",
    each="collection",
    breaks=first_record(
        lambda r: r["links"].append({"href": "http://localhost:8080/x", "rel": "item"}) or True
    ),
)
async def links(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """Each link has an address and a relation, and none leads inside the producer's network."""
    for index, record in enumerate(await some_records(catalogue, ask)):
        raw = record.get("links", [])
        if not isinstance(raw, list):
            return failed(
                f"{record.get('id')} : links n'est pas une liste",
                f"{record.get('id')}: links is not a list",
                at=f"/features/{index}/links",
            )
        for position, link in enumerate(raw):
            at = f"/features/{index}/links/{position}"
            target, rel = (link.get("href"), link.get("rel")) if isinstance(link, dict) else (None, None)
            if not isinstance(target, str) or not target or not isinstance(rel, str) or not rel:
                return failed(
                    f"{record.get('id')} : lien sans adresse ou sans relation",
                    f"{record.get('id')}: link without address or relation",
                    at=at,
                    code="incomplete",
                )
            if _private(target) and not _private(catalogue.items_url):
                return failed(
                    f"{record.get('id')} : adresse interne {target}",
                    f"{record.get('id')}: internal address {target}",
                    at=at,
                    code="private",
                )
    return passed()


def _private(url: str) -> bool:
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return False
    return (
        host == "localhost"
        or host.startswith(("127.", "10.", "192.168."))
        or host.endswith((".local", ".lan", ".internal"))
    )


@check(
    "ogcapi-records/records-api/record",
    on="records",
    each="collection",
    breaks=lambda site: site.edit("*/items/*", lambda d: d.update(id="autre")),
)
async def one_record(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    wanted = str((await some_records(catalogue, ask))[0].get("id"))
    url = f"{catalogue.items_url.split('?')[0].rstrip('/')}/{quote(wanted, safe='')}"
    document = await ask.json(url, accept=GEOJSON)
    got = document.get("id") if isinstance(document, dict) else None
    return (
        passed()
        if str(got) == wanted
        else failed(f"{url} rend la fiche « {got} »", f"{url} returns record “{got}”", at="/id")
    )


@check(
    "ogcapi-records/record-core/links-alive",
    on="records",
    each="collection",
    breaks=lambda site: site.status("/records/files/*", 404),
)
async def links_answer(service: Records, catalogue: Catalogue, ask: Ask) -> AsyncIterator[Verdict]:
    """HEAD, then GET of the first byte when HEAD is refused."""
    urls = [
        absolute(catalogue.items_url, link["href"])
        for record in await some_records(catalogue, ask)
        for link in links_of(record)
        if isinstance(link.get("href"), str) and str(link.get("rel")) not in NAVIGATION
    ]
    urls = [url for url in dict.fromkeys(urls) if url.startswith(("http://", "https://"))][:MOST_LINKS]
    if not urls:
        raise Missing("aucun lien à suivre", "no link to follow")
    for url in urls:
        yield _links.alive(await _links.head(url, ask), at=url, facet=url)
