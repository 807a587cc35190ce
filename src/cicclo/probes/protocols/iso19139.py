"""One ISO 19139 or ISO 19115-3 metadata record behind an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from cicclo.kernel.text import Text
from cicclo.probes.documents import xml_of
from cicclo.probes.iso.record import Record
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols._record import name_of, record_of
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

_ROOTS = (b"MD_Metadata", b"MI_Metadata")


@dataclass(slots=True)
class IsoDocument(Service):
    """The record, also the only member of kind `record`."""

    record: Record | None = None


async def read(endpoint: Endpoint, ask: Ask) -> IsoDocument:
    record = record_of(await ask.get(endpoint.url))
    return IsoDocument(
        endpoint, title=record.title, version=record.kind, record=record, members={"record": [record]}
    )


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A record, or a GetRecordByIdResponse around one; a page of several is a catalogue's."""
    if (
        not answer.ok
        or not any(root in answer.body[:4096] for root in _ROOTS)
        or b"<" not in answer.body[:200]
    ):
        return ()
    document = xml_of(answer)
    name = str(document.tag).rpartition("}")[2]
    if name not in ("MD_Metadata", "MI_Metadata", "GetRecordByIdResponse"):
        return ()
    return (Endpoint("iso19139", answer.url, "address", record_of(answer).title),)


PROTOCOLS.add(
    Protocol(
        "iso19139",
        Text("Fiche de métadonnées ISO", "ISO metadata record"),
        read=read,
        sniff=sniff,
        name_of=name_of,
        entry="iso19139/schema/readable",
        file=True,
    )
)
