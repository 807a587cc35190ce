"""One record in the platform's catalogues: CSW, OGC API Records and DCAT say the same of it, or something is lost."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from cicclo.probes.check import check
from cicclo.probes.checks.cross.records import records
from cicclo.probes.errors import Missing, Unusable
from cicclo.probes.iso.facts import facts, lost, said, words_of_json
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import fold
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.platform import Platform
from cicclo.probes.session import Ask

# what every form has a place for; conditions and contacts are judged where a schema has one for them
WANTED = ("title", "abstract", "links", "keywords", "extent")
PAGE = 100
MOST_NODES = 200


class Form(NamedTuple):
    """A record as another catalogue gives it: what it may be known by, and its words in one line."""

    names: frozenset[str]
    words: str


@check(
    "cross/records/same-content",
    on="platform",
    breaks=lambda site: site.edit_text(
        "*/catalog.ttl", "<https://good.example/all/wfs>", "<https://good.example/x>"
    ),
)
async def same_content(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    """What a producer wrote once is read by each harvester in its own form (M22)."""
    own = [record for record in await records(platform, ask) if record.is_data]
    compared = False
    for url, forms in await _forms(platform, ask):
        pairs = [(record, form) for record in own if (form := _same(record, forms)) is not None]
        if not pairs:
            continue
        compared = True
        yield _verdict(url, pairs)
    if not compared:
        raise Missing("aucune fiche présente dans deux catalogues", "no record is in two catalogues")


def _verdict(url: str, pairs: list[tuple[Record, Form]]) -> Verdict:
    poorer = [(record, gone) for record, form in pairs if (gone := lost(facts(record), WANTED, form.words))]
    if not poorer:
        return passed(f"{len(pairs)} fiches comparées", f"{len(pairs)} records compared", facet=url)
    record, gone = poorer[0]
    text, name = said(gone), record.identifier or record.title
    fr = f"fiches appauvries : {len(poorer)} sur {len(pairs)} ; {name} : {text.fr}"
    en = f"records that lose something: {len(poorer)} of {len(pairs)}; {name}: {text.en}"
    return failed(fr, en, at=url, code="lost", facet=url)


def _same(record: Record, forms: Iterable[Form]) -> Form | None:
    """The form of the same record: by identifier, else by title."""
    resource = [identifier.code.any for identifier in record.identifiers]
    for wanted in ([record.identifier, *resource], [record.title]):
        names = {fold(name) for name in wanted if name}
        if found := next((form for form in forms if names & form.names), None):
            return found
    return None


async def _forms(platform: Platform, ask: Ask) -> list[tuple[str, list[Form]]]:
    """The records of each other catalogue, by its address."""
    found = [(s.endpoint.url, _of_dcat(getattr(s, "datasets", []))) for s in platform.of("dcat")]
    for service in platform.of("records"):
        for catalogue in getattr(service, "catalogues", [])[:2]:
            try:
                page = await ask.json(catalogue.items_url, {"limit": PAGE})
            except Unusable:  # the requirements of Records say why
                continue
            features = page.get("features") if isinstance(page, dict) else None
            items = [f for f in features if isinstance(f, dict)] if isinstance(features, list) else []
            found.append((catalogue.items_url, [_of_json(item) for item in items]))
    return found


def _of_json(feature: dict[str, Any]) -> Form:
    properties = feature.get("properties")
    title = properties.get("title") if isinstance(properties, dict) else ""
    return Form(_names(feature.get("id"), title), words_of_json(feature))


def _of_dcat(datasets: Iterable[Any]) -> list[Form]:
    return [_form(dataset) for dataset in datasets]


def _form(dataset: Any) -> Form:
    """A dataset with what it leads to, within bounds."""
    from rdflib import Literal  # noqa: PLC0415 - only platforms with DCAT need it
    from rdflib.namespace import DCTERMS  # noqa: PLC0415

    words, names, layer, seen = [], [dataset.iri], [dataset.node], set[Any]()
    while layer and len(seen) < MOST_NODES:
        node = layer.pop()
        if node in seen:
            continue
        seen.add(node)
        for _, predicate, value in dataset.graph.triples((node, None, None)):
            words.append(str(value))
            if node == dataset.node and predicate in (DCTERMS.identifier, DCTERMS.title):
                names.append(str(value))
            if not isinstance(value, Literal):
                layer.append(value)
    return Form(_names(*names), " ".join(words))


def _names(*values: Any) -> frozenset[str]:
    return frozenset(folded for value in values if value and (folded := fold(str(value))))
