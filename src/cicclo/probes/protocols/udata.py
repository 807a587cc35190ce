"""A dataset of data.gouv.fr, or of another udata: its description by the API, with its resources."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cicclo.kernel.text import Text
from cicclo.probes.documents import json_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

OF_A_DATASET = ("id", "title", "slug", "page")


@dataclass(slots=True)
class Udata(Service):
    """`document` is the dataset as its API describes it."""

    document: dict[str, Any] = field(default_factory=dict)


async def read(endpoint: Endpoint, ask: Ask) -> Udata:
    document = await ask.json(endpoint.url)
    if not _is_dataset(document):
        answer = await ask.get(endpoint.url, accept="application/json")
        message = Text("ce n'est pas un jeu de données d'udata", "this is no dataset of udata")
        raise BadDocument(answer, message, code="not-udata")
    return Udata(endpoint, title=str(document["title"]), document=document, members={"record": [document]})


def _is_dataset(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and all(isinstance(document.get(name), str) for name in OF_A_DATASET)
        and isinstance(document.get("resources"), list)
    )


def sniff(answer: Answer) -> Sequence[Endpoint]:
    if not answer.ok or answer.media_type != "application/json" or b'"resources"' not in answer.body:
        return ()
    try:
        document = json_of(answer)
    except (BadDocument, msgspec.DecodeError):
        return ()
    return (Endpoint("udata", answer.url, "address"),) if _is_dataset(document) else ()


PROTOCOLS.add(
    Protocol(
        "udata",
        Text("Jeu de données (API d'udata)", "Dataset (udata API)"),
        read=read,
        sniff=sniff,
        name_of=lambda document: str(document["title"]),
    )
)
