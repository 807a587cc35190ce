"""DCAT-AP by its own shapes: what the standard publishes as SHACL, judged as it is written."""

import asyncio
from collections.abc import AsyncIterator

from rdflib import RDF, URIRef
from rdflib.namespace import DCAT, SH
from rdflib.term import Node

from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text
from cicclo.probes.check import check
from cicclo.probes.checks.dcat._shapes import (
    KINDS,
    MISSING,
    MOST_TRIPLES,
    TOO_MANY,
    VALUES,
    Break,
    breaks,
    compact,
    portion,
)
from cicclo.probes.checks.dcat.datasets import DCATAP, HVD_LAW
from cicclo.probes.model import Verdict, failed, inapplicable, passed, untested
from cicclo.probes.protocols.dcat import Dcat
from cicclo.probes.session import Ask

CODES = {SH.minCount: "missing", SH.maxCount: "too-many", SH.nodeKind: "wrong-kind"}
SHOWN = 3


@check(
    "dcat/shapes/mandatory",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog", "dct:description", "dct:abstract"),
)
async def mandatory_properties(dcat: Dcat, ask: Ask) -> AsyncIterator[Verdict]:
    async for verdict in _whole(dcat, MISSING):
        yield verdict


@check(
    "dcat/shapes/single",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog", "dct:accrualPeriodicity <", "dct:accrualPeriodicity <https://good.example/often>, <"
    ),
)
async def single_properties(dcat: Dcat, ask: Ask) -> AsyncIterator[Verdict]:
    async for verdict in _whole(dcat, TOO_MANY):
        yield verdict


@check(
    "dcat/shapes/values",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog", "dcat:landingPage <https://good.example/page/velo-1>", 'dcat:landingPage "page/velo-1"'
    ),
)
async def kinds_of_values(dcat: Dcat, ask: Ask) -> AsyncIterator[Verdict]:
    """Texts where a resource is wanted (addresses, licences, formats) are what conversions from ISO leave most."""
    async for verdict in _whole(dcat, VALUES):
        yield verdict


@check(
    "dcat/hvd/shapes",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog", "dcatap:hvdCategory", "dcatap:category"),
)
async def high_value(dcat: Dcat, ask: Ask) -> AsyncIterator[Verdict]:
    """Binding on datasets that say to be of high value, and on those alone."""
    graph = dcat.graph
    named = {
        *graph.subjects(DCATAP.applicableLegislation, URIRef(HVD_LAW)),
        *graph.subjects(DCATAP.hvdCategory),
    }
    roots = [dataset.node for dataset in dcat.datasets if dataset.node in named]
    if not roots:
        yield inapplicable(
            "aucun jeu de données de forte valeur annoncé", "no dataset says to be of high value"
        )
        return
    async for verdict in _judged(dcat, roots, "dcat-ap-hvd.ttl", (*MISSING, *TOO_MANY, *VALUES)):
        yield verdict


async def _whole(dcat: Dcat, kinds: tuple[URIRef, ...]) -> AsyncIterator[Verdict]:
    """Judge the catalogue and its datasets."""
    catalogues = sorted(dcat.graph.subjects(RDF.type, DCAT.Catalog), key=str)
    roots = [*catalogues, *(dataset.node for dataset in dcat.datasets)]
    async for verdict in _judged(dcat, roots, "dcat-ap.ttl", kinds):
        yield verdict


async def _judged(
    dcat: Dcat, roots: list[Node], shapes: str, kinds: tuple[URIRef, ...]
) -> AsyncIterator[Verdict]:
    graph, count = portion(dcat.graph, roots, MOST_TRIPLES)
    try:
        found = await asyncio.to_thread(breaks, graph, shapes, kinds)
    except Unavailable as error:
        message = Text(*(f"{error.message.get(lang)} : {error.remedy.get(lang)}" for lang in ("fr", "en")))
        yield untested(message.fr, message.en, code="no-shacl-engine")
        return
    judged = f"{count}/{len(roots)}" if count < len(roots) else str(count)
    for item in found:
        yield _verdict(item, judged)
    if not found:
        yield passed(f"{judged} ressources jugées", f"{judged} resources judged")


def _verdict(item: Break, judged: str) -> Verdict:
    shown = [f"{subject} « {value} »" if value else subject for subject, value in item.subjects.items()]
    where, count = " ; ".join(sorted(shown)[:SHOWN]), len(item.subjects)
    text = _said(item)
    return failed(
        f"{text.fr} ({count}, sur {judged} ressources jugées) – {where}"[:1200],
        f"{text.en} ({count}, of {judged} resources judged) – {where}"[:1200],
        at=min(item.subjects),
        code=CODES.get(item.constraint, "wrong-value"),
        facet=item.anchor if item.constraint != SH["class"] else f"{item.anchor} class",
    )


def _said(item: Break) -> Text:
    """What is wrong and what to write, for one property."""
    owner = item.anchor.partition(".")[0]
    if item.constraint == SH.minCount:
        return Text(f"{owner} : ajouter {item.path}", f"{owner}: add {item.path}")
    if item.constraint == SH.maxCount:
        fr = f"{owner} : {item.path} répété, n'en garder que {item.wanted}"
        return Text(fr, f"{owner}: {item.path} repeated, keep only {item.wanted}")
    wanted = compact(item.wanted)
    kind = KINDS.get(item.wanted, Text(f"une valeur {wanted}", f"a value {wanted}"))  # type: ignore[call-overload]
    return Text(f"{owner} : {item.path} doit être {kind.fr}", f"{owner}: {item.path} must be {kind.en}")
