"""udata's DCAT harvester: read the catalogue as RDF, find data sets with identifiers, follow Hydra pages only."""

from cicclo.kernel.text import Text
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._walk import Refused, Visit, counted, replay
from cicclo.probes.documents import success, text_of

RDF = ("rdf+xml", "ld+json", "turtle", "application/json", "n-triples", "text/xml", "application/xml")


async def open_it(visit: Visit) -> Text | None:
    answer = success(await visit.ask.get(visit.url))
    if not any(name in answer.media_type for name in RDF):
        raise Refused(
            f"type « {answer.media_type} » inconnu du moissonneur",
            f"type “{answer.media_type}” unknown to the harvester",
        )
    visit.notes["text"] = text_of(answer)
    return None


async def read(visit: Visit) -> Text | None:
    text = visit.notes["text"]
    if "http://www.w3.org/ns/dcat#" not in text and "dcat:" not in text:
        raise Refused("le document ne parle pas DCAT", "the document does not speak DCAT")
    if "identifier" not in text:
        raise Refused(
            "aucun dct:identifier : les jeux sont ignorés", "no dct:identifier: data sets are ignored"
        )
    return counted(
        max(1, text.count("dcat:Dataset ") + text.count("dcat:Dataset>") // 2),
        "jeux au moins",
        "data sets at least",
    )


CLIENTS.add(replay("udata-dcat", "udata (data.gouv.fr)", "2026", "dcat", ("open", open_it), ("read", read)))
