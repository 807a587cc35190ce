"""Query parameters, by behaviour: what comes back must match what was asked."""

from typing import Any

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.examples.records import items as everything
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.records import Catalogue, Records, properties, records_of, some_records
from cicclo.probes.session import Ask

NOWHERE = "zqxjkvbwzq"
SPECIAL = set(":,/?#[]@!$&'()*+;=%\"")


def ignored(name: str) -> Any:
    """Damage: the parameter is accepted and changes nothing."""

    def breaks(site: Site) -> Site:
        return site.reply("*/items*", everything({}), where=lambda request: f"{name}=" in request.url)

    return breaks


def ids_of(records: list[dict[str, Any]]) -> list[str]:
    return [str(record.get("id")) for record in records]


@check(
    "ogcapi-records/parameters/limit",
    on="records",
    each="collection",
    breaks=lambda site: site.reply("*limit=1", everything({})),
)
async def limit(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    count = len(await records_of(catalogue, ask, limit=1))
    return (
        passed()
        if count <= 1
        else failed(f"limit=1 donne {count} fiches", f"limit=1 gives {count} records", at="/features")
    )


@check("ogcapi-records/parameters/q", on="records", each="collection", breaks=ignored("q"))
async def q(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """A word of a title finds its record; a word of no language finds nothing."""
    record, word = _word(await some_records(catalogue, ask))
    nothing = await records_of(catalogue, ask, q=NOWHERE, limit=10)
    if nothing:
        return failed(
            f"q={NOWHERE} donne {len(nothing)} fiches",
            f"q={NOWHERE} gives {len(nothing)} records",
            at="/features",
            code="ignored",
        )
    found = await records_of(catalogue, ask, q=word, limit=100)
    if not found:
        return failed(
            f"q={word} ne trouve rien, alors que « {record} » le contient",
            f"q={word} finds nothing, although “{record}” has it",
            at="/features",
            code="lost",
        )
    return passed()


def _word(records: list[dict[str, Any]]) -> tuple[str, str]:
    """A plain word of a title, long enough not to be left out by a search engine."""
    for record in records:
        title = properties(record).get("title")
        for word in title.split() if isinstance(title, str) else ():
            if len(word) >= 5 and word.isascii() and word.isalpha():
                return str(record.get("id")), word
    raise Missing("aucun titre où prendre un mot", "no title to take a word from")


@check("ogcapi-records/parameters/type", on="records", each="collection", breaks=ignored("type"))
async def kind(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    wanted = next(
        (
            str(properties(r)["type"])
            for r in await some_records(catalogue, ask)
            if isinstance(properties(r).get("type"), str)
        ),
        "",
    )
    if not wanted:
        raise Missing("aucune fiche n'a de type", "no record has a type")
    found = await records_of(catalogue, ask, type=wanted, limit=10)
    others = [record for record in found if properties(record).get("type") != wanted]
    if others or not found:
        fr = f"type={wanted} : {len(found)} fiches, dont {len(others)} d'un autre type"
        return failed(
            fr, f"type={wanted}: {len(found)} records, {len(others)} of another type", at="/features"
        )
    if nothing := await records_of(catalogue, ask, type=NOWHERE, limit=10):
        return failed(
            f"type={NOWHERE} donne {len(nothing)} fiches",
            f"type={NOWHERE} gives {len(nothing)} records",
            at="/features",
            code="ignored",
        )
    return passed()


@check("ogcapi-records/parameters/ids", on="records", each="collection", breaks=ignored("ids"))
async def ids(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    known = ids_of(await some_records(catalogue, ask))
    wanted = next((name for name in known if not SPECIAL & set(name)), known[0])
    found = ids_of(await records_of(catalogue, ask, ids=wanted))
    if found and set(found) == {wanted}:
        return passed()
    return failed(f"ids={wanted} donne {found[:5]}", f"ids={wanted} gives {found[:5]}", at="/features")


@check(
    "ogcapi-records/parameters/external-ids", on="records", each="collection", breaks=ignored("externalIds")
)
async def external_ids(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    value = next(
        (v for r in await some_records(catalogue, ask) for v in _external(r) if not SPECIAL & set(v)), ""
    )
    if not value:
        raise Missing(
            "aucune fiche n'a d'identifiant externe simple", "no record has a plain external identifier"
        )
    found = await records_of(catalogue, ask, externalIds=value)
    if found and all(value in _external(record) for record in found):
        return passed()
    return failed(
        f"externalIds={value} donne {ids_of(found)[:5]}",
        f"externalIds={value} gives {ids_of(found)[:5]}",
        at="/features",
    )


def _external(record: dict[str, Any]) -> list[str]:
    raw = properties(record).get("externalIds")
    return (
        [str(e["value"]) for e in raw if isinstance(e, dict) and "value" in e]
        if isinstance(raw, list)
        else []
    )


@check("ogcapi-records/parameters/bbox", on="records", each="collection", breaks=ignored("bbox"))
async def bbox(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """A record is found around its own corner, and what comes back touches the box."""
    boxes = [
        b for r in await some_records(catalogue, ask) if (b := extent(r)) and b[0] < b[2] and b[1] < b[3]
    ]
    if not boxes:
        raise Missing("aucune fiche n'a d'étendue", "no record has an extent")
    west, south, east, north = min(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
    box = [round(x, 6) for x in (west, south, west + (east - west) / 2, south + (north - south) / 2)]
    found = await records_of(catalogue, ask, bbox=",".join(f"{x:g}" for x in box), limit=20)
    if not found:
        return failed(
            f"bbox={box} ne rend pas la fiche qui s'y trouve",
            f"bbox={box} does not return the record that is there",
            at="/features",
            code="lost",
        )
    for record in found:
        other = extent(record)
        if other and not (
            other[0] <= box[2] and box[0] <= other[2] and other[1] <= box[3] and box[1] <= other[3]
        ):
            return failed(
                f"{record.get('id')} est hors de {box}",
                f"{record.get('id')} is outside {box}",
                at="/features",
                code="ignored",
            )
    return passed()


def extent(record: dict[str, Any]) -> list[float]:
    """West, south, east, north of a geometry; nothing when there is none."""
    geometry = record.get("geometry")
    points = list(_points(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
    if not points:
        return []
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


def _points(value: Any, depth: int = 0) -> "list[tuple[float, float]]":
    if not isinstance(value, list) or depth > 5:
        return []
    if len(value) >= 2 and all(isinstance(x, int | float) for x in value[:2]):
        return [(float(value[0]), float(value[1]))]
    return [point for part in value for point in _points(part, depth + 1)]


@check("ogcapi-records/parameters/datetime", on="records", each="collection", breaks=ignored("datetime"))
async def datetime(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """Records with bounds must not come back for the year 1000; those without time may."""
    found = await records_of(catalogue, ask, datetime="1000-01-01T00:00:00Z/1000-12-31T23:59:59Z", limit=10)
    dated = [record for record in found if _begins(record) > "1001"]
    if dated:
        return failed(
            f"l'an 1000 rend {dated[0].get('id')}, de {_begins(dated[0])}",
            f"the year 1000 returns {dated[0].get('id')}, of {_begins(dated[0])}",
            at="/features",
        )
    return passed()


def _begins(record: dict[str, Any]) -> str:
    """Start of a record's time; empty when it is open or absent."""
    time = record.get("time")
    if not isinstance(time, dict):
        return ""
    interval = time.get("interval")
    start = (
        interval[0] if isinstance(interval, list) and interval else time.get("date") or time.get("timestamp")
    )
    return start if isinstance(start, str) and start != ".." else ""


def backwards(site: Site) -> Site:
    """Damage: sorting goes the other way."""
    return site.edit("*sortby=*", lambda d: d["features"].reverse())


@check("ogcapi-records/parameters/sortby", on="records", each="collection", breaks=backwards)
async def sortby(service: Records, catalogue: Catalogue, ask: Ask) -> Verdict:
    """Only the ends are compared: collations differ inside."""
    up, down = [await records_of(catalogue, ask, sortby=key, limit=5) for key in ("title", "-title")]
    first, last = (
        str(properties(page[0]).get("title", "")).casefold() if page else "" for page in (up, down)
    )
    if first and last and first <= last:
        return passed()
    return failed(
        f"sortby=title commence par « {first[:60]} », -title par « {last[:60]} »",
        f"sortby=title starts with “{first[:60]}”, -title with “{last[:60]}”",
        at="/features",
    )
