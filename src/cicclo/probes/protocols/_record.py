"""From an answer to the metadata records it holds."""

from cicclo.kernel.text import Text
from cicclo.probes.documents import local, success, xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.iso.record import Record, roots
from cicclo.probes.iso.xml import parser
from cicclo.web.outgoing import Answer


def record_of(answer: Answer) -> Record:
    """The metadata record at an address, wrapped or not in a GetRecordByIdResponse.

    An unknown root is returned as it is, for the check of the root to say so; an answer that holds no
    metadata at all raises BadDocument.
    """
    document = xml_of(success(answer), parser())
    found = next(roots(document), None)
    if found is not None:
        return Record(found, answer.url)
    inner = next(document.iter("{*}MD_Metadata", "{*}MI_Metadata"), None)
    if inner is not None:
        return Record(inner, answer.url)
    name = local(document)
    message = Text(
        f"« {name} » n'est pas une fiche ISO 19139 ni ISO 19115-3",
        f"“{name}” is not an ISO 19139 or ISO 19115-3 record",
    )
    raise BadDocument(answer, message, at=f"/{name}", code="not-a-record")


def name_of(record: Record) -> str:
    """The identifier of a record, its title when it has none."""
    return record.identifier or record.title or record.url
