"""The document: its syntaxes, its pages, and whether two readings agree."""

from rdflib.namespace import DCTERMS

from cicclo.probes.check import check
from cicclo.probes.documents import json_of, usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._rdf import ACCEPT, FORMATS, HYDRA, format_of, graph_of
from cicclo.probes.protocols.dcat import Dcat, datasets_of
from cicclo.probes.session import Ask

LARGE_PAGE = 1000


@check(
    "dcat/document/media-type",
    on="dcat",
    breaks=lambda site: site.header("/catalog", "content-type", "text/plain"),
)
async def media_type_is_rdf(dcat: Dcat, ask: Ask) -> Verdict:
    if dcat.media_type in FORMATS and dcat.media_type not in (
        "application/xml",
        "text/xml",
        "application/json",
    ):
        return passed()
    return failed(
        f"type de média « {dcat.media_type} »", f"media type “{dcat.media_type}”", at="content-type"
    )


@check(
    "dcat/document/negotiation",
    on="dcat",
    breaks=lambda site: site.reply(
        "/catalog",
        Reply.text("@prefix a: <b:c> .", "text/turtle"),
        where=lambda r: (
            r.header("accept") == "application/rdf+xml" or r.header("accept") == "application/ld+json"
        ),
    ),
)
async def negotiates(dcat: Dcat, ask: Ask) -> Verdict:
    """A harvester that reads one syntax only must be able to ask for it."""
    for wanted in ("application/rdf+xml", "application/ld+json"):
        if wanted == dcat.media_type:
            continue
        answer = usable(await ask.get(dcat.endpoint.url, accept=wanted))
        if answer.ok and answer.media_type == wanted:
            return passed(f"{wanted} servi à la demande", f"{wanted} served on request")
    return failed(
        f"« Accept » est sans effet : toujours {dcat.media_type}",
        f"“Accept” has no effect: always {dcat.media_type}",
        at="accept",
    )


@check(
    "dcat/document/local-context",
    on="dcat",
    example="dcat",
    breaks=lambda site: site.reply(
        "/catalog",
        Reply.json(
            {"@context": "https://good.example/context", "@type": "dcat:Catalog"}, "application/ld+json"
        ),
    ).reply("/context", Reply.json({"@context": {"dcat": "http://www.w3.org/ns/dcat#"}})),
)
async def context_is_embedded(dcat: Dcat, ask: Ask) -> Verdict:
    answer = await ask.get(dcat.endpoint.url, accept=ACCEPT)
    if format_of(answer) != "json-ld":
        return passed("sans objet pour cette syntaxe", "no context in this syntax")
    document = json_of(answer)
    context = document.get("@context") if isinstance(document, dict) else None
    remote = [item for item in (context if isinstance(context, list) else [context]) if isinstance(item, str)]
    if remote:
        return failed(
            f"le sens du document dépend de {remote[0]}",
            f"the meaning of the document depends on {remote[0]}",
            at="/@context",
        )
    return passed()


@check(
    "dcat/paging/next",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*",
        "hydra:next <https://good.example/catalog?page=2>",
        "hydra:next <https://good.example/catalog?page=1>",
    ),
)
async def next_page_goes_on(dcat: Dcat, ask: Ask) -> Verdict:
    """A next page that repeats the first sends harvesters round in circles."""
    if not dcat.next_url:
        if len(dcat.datasets) > LARGE_PAGE:
            return failed(
                f"{len(dcat.datasets)} jeux de données d'un bloc",
                f"{len(dcat.datasets)} datasets in one piece",
                at="hydra:next",
                code="no-paging",
            )
        return _announced_total(dcat)
    page = datasets_of(await graph_of(await ask.get(dcat.next_url, accept=ACCEPT), ask))
    here = {dataset.iri for dataset in dcat.datasets if dataset.iri}
    repeated = [dataset.iri for dataset in page if dataset.iri in here]
    if repeated:
        return failed(
            f"la page suivante répète {len(repeated)} jeux de données",
            f"the next page repeats {len(repeated)} datasets",
            at=dcat.next_url,
            code="repeated",
        )
    if not page:
        return failed("la page suivante est vide", "the next page is empty", at=dcat.next_url, code="empty")
    return passed()


def _announced_total(dcat: Dcat) -> Verdict:
    totals = [int(str(v)) for v in dcat.graph.objects(None, HYDRA.totalItems) if str(v).isdigit()]
    if not totals:
        raise Missing("catalogue d'une seule page", "catalogue of one page")
    if totals[0] > len(dcat.datasets):
        fr, en = (
            f"{totals[0]} annoncés, {len(dcat.datasets)} dans la page, et pas de suite",
            f"{totals[0]} announced, {len(dcat.datasets)} in the page, and no next page",
        )
        return failed(fr, en, at="hydra:totalItems", code="no-next")
    return passed()


@check(
    "dcat/document/stable",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog",
        "dataset/velo-1>",
        "dataset/autre>",
        where=lambda r: r.header("cache-control") == "no-cache",
    ),
)
async def two_readings_agree(dcat: Dcat, ask: Ask) -> Verdict:
    """Identifiers that change between two harvests make duplicates downstream."""
    again = datasets_of(
        await graph_of(await ask.get(dcat.endpoint.url, accept=ACCEPT, cache_control="no-cache"), ask)
    )
    first, second = (
        {(d.iri, *sorted(d.texts(DCTERMS.identifier))) for d in page}
        for page in (dcat.some_datasets(), again)
    )
    changed = sorted(first ^ second)
    if changed:
        return failed(
            f"{len(changed)} identifiants diffèrent entre deux lectures",
            f"{len(changed)} identifiers differ between two readings",
            at=changed[0][0],
        )
    return passed()
