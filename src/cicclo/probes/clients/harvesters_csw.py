"""Harvesters over CSW: GeoNetwork (summaries of 20), udata (ISO pages of 25; DCAT), MapStore's catalogue."""

from cicclo.kernel.text import Text
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._csw import CSW, DCAT, GMD, all_pages, get_records, records
from cicclo.probes.clients._walk import Refused, Visit, counted, named, replay

MOST_PAGES = 4
TYPES = ("dataset", "nonGeographicDataset", "series", "service")


async def geonetwork_open(visit: Visit) -> Text | None:
    await visit.xml({"service": "CSW", "request": "GetCapabilities", "version": "2.0.2"})
    return None


async def geonetwork_search(visit: Visit) -> Text | None:
    def body(start: int) -> str:
        return get_records(GMD, "summary", 20, start=start, types="gmd:MD_Metadata")

    received, total = await all_pages(visit, 20, MOST_PAGES, body)
    _, found = records(await visit.post(body(1)))
    visit.notes["ids"] = [t for record in found for t in _identifier(record)]
    return Text(f"{received} fiches reçues sur {total}", f"{received} records received of {total}")


async def geonetwork_read(visit: Visit) -> Text | None:
    if not visit.notes["ids"]:
        raise Refused("les résumés ne portent pas d'identifiant", "the summaries carry no identifier")
    root = await visit.xml(
        {"service": "CSW", "request": "GetRecordById", "version": "2.0.2", "id": visit.notes["ids"][0],
         "elementSetName": "full", "outputSchema": GMD}
    )  # fmt: skip
    if not named(root, "MD_Metadata", "MI_Metadata"):
        raise Refused(
            "GetRecordById ne rend pas la fiche ISO 19139", "GetRecordById does not give the ISO 19139 record"
        )
    return None


def _identifier(record: object) -> list[str]:
    texts = [
        "".join(str(part) for part in element.itertext()).strip()
        for element in named(record, "fileIdentifier")
    ]
    return [text for text in texts if text]


async def udata_iso(visit: Visit) -> Text | None:
    equal = "".join(
        f"<ogc:PropertyIsEqualTo><ogc:PropertyName>dc:type</ogc:PropertyName><ogc:Literal>{name}</ogc:Literal>"
        "</ogc:PropertyIsEqualTo>"
        for name in TYPES
    )

    def body(start: int) -> str:
        return get_records(
            GMD, "full", 25, start=start, types="gmd:MD_Metadata", filter_xml=f"<ogc:Or>{equal}</ogc:Or>"
        )

    received, total = await all_pages(visit, 25, MOST_PAGES, body)
    if not total:
        everything, _ = records(await visit.post(get_records(GMD, "full", 25, types="gmd:MD_Metadata")))
        if everything:
            raise Refused(
                f"le filtre sur dc:type ne rend rien, {everything} fiches sans lui",
                f"the filter on dc:type gives nothing, {everything} records without it",
            )
    return Text(f"{received} fiches reçues sur {total}", f"{received} records received of {total}")


async def udata_dcat(visit: Visit) -> Text | None:
    total, found = records(await visit.post(get_records(DCAT, "full", 25, types="gmd:MD_Metadata")))
    if total and not [record for record in found if named(record, "Dataset", "Catalog", "DataService")]:
        raise Refused("les fiches reçues ne sont pas en DCAT", "the records received are not DCAT")
    return counted(len(found), "fiches DCAT", "DCAT records")


async def mapstore(visit: Visit) -> Text | None:
    like = (
        '<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName>'
        "<ogc:Literal>%</ogc:Literal></ogc:PropertyIsLike>"
    )
    total, found = records(await visit.post(get_records(CSW, "full", 4, filter_xml=like)))
    if total and not found:
        raise Refused(f"{total} fiches annoncées, aucune reçue", f"{total} records announced, none received")
    return counted(total, "fiches", "records")


CLIENTS.add(
    replay(
        "geonetwork-harvester",
        "GeoNetwork",
        "4.2",
        "csw",
        ("open", geonetwork_open),
        ("search", geonetwork_search),
        ("read", geonetwork_read),
    )
)
CLIENTS.add(replay("udata-csw-iso-19139", "udata (data.gouv.fr)", "2026", "csw", ("harvest", udata_iso)))
CLIENTS.add(replay("udata-csw-dcat", "udata (data.gouv.fr)", "2026", "csw", ("harvest", udata_dcat)))
CLIENTS.add(replay("mapstore-csw", "MapStore", "2024.02", "csw", ("search", mapstore)))
