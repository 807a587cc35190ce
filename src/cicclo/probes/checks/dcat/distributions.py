"""What each distribution must say, and whether it answers."""

import re
from collections.abc import AsyncIterator

from rdflib.namespace import DCAT, DCTERMS, RDFS

from cicclo.kernel.text import Text
from cicclo.probes.check import check
from cicclo.probes.checks import _links
from cicclo.probes.checks.dcat._tally import absent, tally
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict
from cicclo.probes.protocols._rdf import Resource
from cicclo.probes.protocols.dcat import Dcat
from cicclo.probes.session import Ask

ACCEPTED_LICENCE = re.compile(
    r"(?i)etalab|licence-ouverte|open-?licence|odbl|opendatacommons\.org/licenses|creativecommons\.org/(licenses|publicdomain)|"
    r"spdx\.org/licenses/|publications\.europa\.eu/resource/authority/licence/|data\.gouv\.fr/.*licen"
)
LINK_PROTOCOL = re.compile(r"(?i)^(www|ogc|esri|db|file|glg|tms)[:_].*|.*--(http|https|download|link).*")
MEDIA_TYPE = re.compile(
    r"^(https?://www\.iana\.org/assignments/media-types/)?(application|audio|font|image|message|model|multipart|text|video)/(?!x-)[\w.+-]+$"
)
NEVER_REGISTERED = ("vnd.geo+json", "application/shapefile", "application/json-geo", "application/shp")
MOST_LINKS = 3


@check(
    "dcat/distribution/iri",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "<https://good.example/dataset/velo-1/csv>", "_:b2"),
)
async def distributions_have_iris(dcat: Dcat, ask: Ask) -> Verdict:
    return tally(
        dcat.some_distributions(),
        lambda d: None if d.iri else Text("nœud anonyme au lieu d'une IRI", "blank node instead of an IRI"),
    )


@check(
    "dcat/distribution/access-url",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*",
        "dcat:accessURL <https://good.example/files/velo-1.csv>",
        'dcat:accessURL "files/velo-1.csv"',
    ),
)
async def access_url(dcat: Dcat, ask: Ask) -> Verdict:
    """The only property DCAT-AP makes mandatory for a distribution."""

    def fault(item: Resource) -> Text | None:
        if item.iris(DCAT.accessURL):
            return None
        texts = [str(value) for value in item.literals(DCAT.accessURL)]
        return (
            Text(f"adresse en texte « {texts[0]} »", f"address as text “{texts[0]}”")
            if texts
            else absent("dcat:accessURL", "dcat:accessURL")
        )

    return tally(dcat.some_distributions(), fault)


@check(
    "dcat/distribution/licence-iri",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "dct:license <http://spdx.org/licenses/etalab-2.0>", 'dct:license "Licence Ouverte"'
    ),
)
async def licence_is_an_iri(dcat: Dcat, ask: Ask) -> Verdict:
    """DCAT-AP wants it on the distribution; data.gouv.fr also reads that of the dataset."""

    def fault(dataset: Resource) -> Text | None:
        holders = [dataset, *dataset.distributions]
        if any(holder.iris(DCTERMS.license) for holder in holders):
            return None
        texts = [str(v) for holder in holders for v in holder.literals(DCTERMS.license)]
        if texts:
            return Text(f"licence en texte « {texts[0][:60]} »", f"licence as text “{texts[0][:60]}”")
        return absent("dct:license", "dct:license")

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/distribution/licence-known",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "http://spdx.org/licenses/etalab-2.0", "https://good.example/cgu"
    ),
)
async def licence_is_known(dcat: Dcat, ask: Ask) -> Verdict:
    holders = [h for d in dcat.some_datasets() for h in (d, *d.distributions) if h.iris(DCTERMS.license)]
    if not holders:
        raise Missing("aucune licence en IRI", "no licence as an IRI")

    def fault(holder: Resource) -> Text | None:
        unknown = [iri for iri in holder.iris(DCTERMS.license) if not ACCEPTED_LICENCE.search(iri)]
        return Text(f"licence inconnue {unknown[0]}", f"unknown licence {unknown[0]}") if unknown else None

    return tally(holders, fault)


@check(
    "dcat/distribution/format",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*",
        "<http://publications.europa.eu/resource/authority/file-type/CSV>",
        '"www:link-1.0--http-link"',
    ),
)
async def format_is_a_format(dcat: Dcat, ask: Ask) -> Verdict:
    """A link protocol of ISO 19139 in dct:format shows as such on the portal (data.gouv.fr issue 2012)."""

    def fault(item: Resource) -> Text | None:
        values = [
            *item.texts(DCTERMS.format),
            *(t for f in item.linked(DCTERMS.format) for t in f.texts(*LABELS)),
        ]
        wrong = [value for value in values if LINK_PROTOCOL.match(value)]
        return Text(f"protocole de lien « {wrong[0]} »", f"link protocol “{wrong[0]}”") if wrong else None

    return tally(dcat.some_distributions(), fault)


LABELS = (DCTERMS.title, RDFS.label)


@check(
    "dcat/distribution/media-type",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "media-types/text/csv", "media-types/csv"),
)
async def media_type_is_registered(dcat: Dcat, ask: Ask) -> Verdict:
    def fault(item: Resource) -> Text | None:
        values = item.texts(DCAT.mediaType)
        wrong = [v for v in values if not MEDIA_TYPE.match(v) or any(name in v for name in NEVER_REGISTERED)]
        return (
            Text(f"type « {wrong[0]} » hors registre IANA", f"type “{wrong[0]}” not in IANA's registry")
            if wrong
            else None
        )

    return tally(dcat.some_distributions(), fault)


@check("dcat/distribution/alive", on="dcat", each="record", breaks=lambda site: site.status("/files/*", 404))
async def links_answer(dcat: Dcat, dataset: Resource, ask: Ask) -> AsyncIterator[Verdict]:
    """HEAD, then GET of the first byte when HEAD is refused."""
    links = [
        url
        for item in dataset.distributions
        for url in item.iris(DCAT.downloadURL) or item.iris(DCAT.accessURL)
    ]
    links = [url for url in dict.fromkeys(links) if url.startswith(("http://", "https://"))]
    if not links:
        raise Missing("aucun lien à suivre", "no link to follow")
    for url in links[:MOST_LINKS]:
        yield _links.alive(await _links.head(url, ask), at=url, facet=url)
