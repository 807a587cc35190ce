"""How GetRecords answers: by GET and POST, for each kind of result, page after page."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import XML_BODY, answers_as, is_post, records, results_in
from cicclo.probes.errors import BadDocument, BadStatus, Missing
from cicclo.probes.examples._csw_documents import capabilities
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.iso.services import is_private_host
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._csw_requests import body, kvp
from cicclo.probes.protocols.csw import Csw
from cicclo.probes.session import Ask

_RECORDS = "*request=GetRecords&*"


def _some(csw: Csw, at_least: int = 1) -> None:
    if csw.matched < at_least:
        raise Missing(f"moins de {at_least} fiche(s)", f"fewer than {at_least} record(s)")


def _addresses(csw: Csw, urls: list[str]) -> list[str]:
    """Announced addresses an outside client can reach, else the one we were given."""
    public = [
        url
        for url in urls
        if url.startswith(("http://", "https://")) and not is_private_host(urlsplit(url).hostname or "")
    ]
    return list(dict.fromkeys(public))[:2] or [csw.base]


@check("csw/getrecords/get", on="csw", breaks=lambda site: site.status(_RECORDS, 500))
async def by_get(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    operation = csw.operations.get("GetRecords")
    if operation and operation.post and not operation.get:
        yield inapplicable("GET non annoncé", "GET not announced")
        return
    for url in _addresses(csw, operation.get if operation else []):
        results = results_in(await ask.get(url, kvp(maxRecords=1)))
        if results.matched < 0:
            yield failed(
                "SearchResults sans nombre de fiches",
                "SearchResults without a number of records",
                at=url,
                code="no-search-results",
                facet=url,
            )
        else:
            yield passed(facet=url)


def _post_gives_capabilities(site: Site) -> Site:
    return site.reply("/csw*", Reply.xml(capabilities()), is_post)


@check("csw/getrecords/post", on="csw", breaks=_post_gives_capabilities)
async def by_post(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """OWSLib and data.gouv.fr's harvester only POST (OWSLib issue 912, geoportal-server-catalog issue 258)."""
    operation = csw.operations.get("GetRecords")
    if operation and operation.get and not operation.post:
        yield failed(
            "POST non annoncé",
            "POST not announced",
            at="Operation[@name='GetRecords']",
            code="post-not-announced",
        )
        return
    for url in _addresses(csw, operation.post if operation else []):
        answer = await ask.send("POST", url, headers=XML_BODY, body=body())
        try:
            results = results_in(answer)
        except BadStatus as error:
            yield failed(error.message.fr, error.message.en, at=url, code="post-refused", facet=url)
            continue
        except BadDocument as error:
            yield failed(error.message.fr, error.message.en, at=url, code=error.code, facet=url)
            continue
        matched = results.matched
        yield passed(f"{matched} fiches", f"{matched} records", facet=url)


@check(
    "csw/getrecords/same-by-get-and-post",
    on="csw",
    breaks=lambda site: site.edit_text("/csw*", 'Matched="25"', 'Matched="7"', is_post),
)
async def same_by_both(csw: Csw, ask: Ask) -> Verdict:
    get = await records(csw, ask, maxRecords=5)
    post = results_in(await ask.send("POST", csw.base, headers=XML_BODY, body=body()))
    if get.matched == post.matched:
        return passed(f"{get.matched} fiches", f"{get.matched} records")
    fr = f"{get.matched} fiches par GET, {post.matched} par POST"
    return failed(
        fr,
        f"{get.matched} records by GET, {post.matched} by POST",
        at="@numberOfRecordsMatched",
        code="get-post-differ",
    )


@check(
    "csw/getrecords/result-type",
    on="csw",
    breaks=lambda site: answers_as(site, "*resultType=hits*", maxRecords=2),
)
async def result_type(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """The default is hits: a client that forgets resultType gets no record (Esri/geoportal-server-harvester issue 21)."""
    _some(csw)
    hits = await records(csw, ask, resultType="hits", maxRecords=2)
    if hits.children:
        yield failed(
            "resultType=hits renvoie des fiches",
            "resultType=hits returns records",
            code="hits-with-records",
            facet="hits",
        )
    else:
        yield passed(facet="hits")
    full = await records(csw, ask, maxRecords=2)
    if full.children:
        yield passed(facet="results")
    else:
        yield failed(
            "resultType=results ne renvoie aucune fiche",
            "resultType=results returns no record",
            code="results-empty",
            facet="results",
        )
    default = await records(csw, ask, resultType=None, maxRecords=2)
    word = "results" if default.children else "hits"
    yield passed(
        f"valeur par défaut : {word}", f"default value: {word}", code=f"default-{word}", facet="default"
    )


@check(
    "csw/getrecords/matched",
    on="csw",
    breaks=lambda site: site.edit_text("*resultType=hits*", 'Matched="25"', 'Matched="10"'),
)
async def matched(csw: Csw, ask: Ask) -> Verdict:
    hits, results = (
        await records(csw, ask, resultType="hits", maxRecords=2),
        await records(csw, ask, maxRecords=2),
    )
    if hits.matched < 0 or results.matched < 0:
        return failed(
            "numberOfRecordsMatched absent",
            "numberOfRecordsMatched missing",
            at="@numberOfRecordsMatched",
            code="missing",
        )
    if hits.matched != results.matched:
        fr = f"{hits.matched} fiches pour hits, {results.matched} pour results"
        return failed(
            fr,
            f"{hits.matched} records for hits, {results.matched} for results",
            at="@numberOfRecordsMatched",
            code="counts-differ",
        )
    return passed(f"{results.matched} fiches", f"{results.matched} records")


@check(
    "csw/getrecords/max-records",
    on="csw",
    breaks=lambda site: answers_as(site, "*maxRecords=2*", maxRecords=10),
)
async def max_records(csw: Csw, ask: Ask) -> Verdict:
    _some(csw, 3)
    found = await records(csw, ask, maxRecords=2)
    if len(found.children) > 2:
        fr = f"maxRecords=2 renvoie {len(found.children)} fiches"
        return failed(fr, f"maxRecords=2 returns {len(found.children)} records", code="max-records-ignored")
    if found.returned >= 0 and found.returned != len(found.children):
        fr = f"numberOfRecordsReturned vaut {found.returned} pour {len(found.children)} fiches"
        en = f"numberOfRecordsReturned is {found.returned} for {len(found.children)} records"
        return failed(fr, en, at="@numberOfRecordsReturned", code="returned-differs")
    return passed()
