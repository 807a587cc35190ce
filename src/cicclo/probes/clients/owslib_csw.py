"""OWSLib and MetaSearch (the QGIS catalogue): POST GetRecords, Dublin Core, then the record in full."""

from cicclo.kernel.text import Text
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._csw import CSW, get_records, records
from cicclo.probes.clients._walk import Refused, Visit, counted, named, replay


async def open_it(visit: Visit) -> Text | None:
    root = await visit.xml({"service": "CSW", "request": "GetCapabilities", "version": "2.0.2"})
    operations = [operation.get("name") for operation in named(root, "Operation")]
    if "GetRecords" not in operations:
        raise Refused("GetRecords n'est pas annoncé", "GetRecords is not announced")
    return None


async def search(visit: Visit) -> Text | None:
    total, found = records(await visit.post(get_records(CSW, "full", 10)))
    if total and not found:
        raise Refused(f"{total} fiches annoncées, aucune reçue", f"{total} records announced, none received")
    visit.notes["records"] = found
    return counted(total, "fiches", "records")


async def one(visit: Visit) -> Text | None:
    names = [(e.text or "").strip() for record in visit.notes["records"] for e in named(record, "identifier")]
    if not names:
        return Text("aucun identifiant à suivre", "no identifier to follow")
    params = {
        "service": "CSW",
        "request": "GetRecordById",
        "version": "2.0.2",
        "id": names[0],
        "elementsetname": "full",
    }
    if not list(await visit.xml(params)):
        raise Refused(
            f"GetRecordById ne rend rien pour {names[0]}", f"GetRecordById gives nothing for {names[0]}"
        )
    return None


async def links(visit: Visit) -> Text | None:
    """MetaSearch offers to add a layer when dc:URI has a protocol (geonetwork/core-geonetwork issue 6742)."""
    uris = [e for record in visit.notes["records"] for e in named(record, "URI")]
    silent = [e for e in uris if not e.get("protocol")]
    if uris and len(silent) == len(uris):
        raise Refused("aucun dc:URI ne porte de protocole", "no dc:URI has a protocol")
    return counted(len(uris) - len(silent), "liens avec protocole", "links with a protocol")


CLIENTS.add(
    replay("owslib-csw", "OWSLib", "0.35", "csw", ("open", open_it), ("search", search), ("read", one))
)
CLIENTS.add(
    replay(
        "metasearch", "QGIS MetaSearch", "0.3", "csw", ("open", open_it), ("search", search), ("links", links)
    )
)
