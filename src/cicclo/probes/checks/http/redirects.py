"""Redirects of the entry document: few, without loop, never back to clear text."""

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import first
from cicclo.probes.documents import usable
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Failure

MOST_HOPS = 2
# failures that a redirect led to are told by the checks below
_LED_ASTRAY = (Failure.REDIRECT_LOOP, Failure.BAD_REDIRECT)


def _chain(answer: Answer) -> str:
    return " → ".join([hop.url for hop in answer.hops] + [answer.hops[-1].location])


@check(
    "http/redirects/arrive",
    on="*",
    example="http",
    breaks=lambda site: site.reply("/", Reply(302, {"location": "https://good.example/"})),
)
async def arrive(service: Service, ask: Ask) -> Verdict:
    answer = await first(service, ask)
    if answer.failure is Failure.BAD_REDIRECT:
        seen = answer.detail or "—"
        return failed(
            f"Location inutilisable : {seen}",
            f"unusable Location: {seen}",
            at="Location",
            code="bad-location",
        )
    if answer.failure is Failure.REDIRECT_LOOP:
        chain = _chain(answer)
        return failed(
            f"redirections sans fin : {chain}",
            f"redirects without end: {chain}",
            at=answer.request.url,
            code="loop",
        )
    if answer.failure is Failure.PRIVATE_ADDRESS and answer.hops:
        chain = _chain(answer)
        return failed(
            f"redirection vers une adresse privée : {chain}",
            f"redirect to a private address: {chain}",
            at=answer.request.url,
            code="private-address",
        )
    usable(answer)
    return passed()


@check(
    "http/redirects/few",
    on="*",
    example="http",
    breaks=lambda site: (
        site.reply("/", Reply(301, {"location": "/1"}))
        .reply("/1", Reply(301, {"location": "/2"}))
        .reply("/2", Reply(301, {"location": "/3"}))
        .reply("/3", Reply.json({}))
    ),
)
async def few(service: Service, ask: Ask) -> Verdict:
    answer = await first(service, ask)
    if answer.failure not in _LED_ASTRAY:
        usable(answer)
    if len(answer.hops) <= MOST_HOPS:
        return passed()
    count, chain = len(answer.hops), _chain(answer)
    return failed(f"{count} redirections : {chain}", f"{count} redirects: {chain}", at=answer.request.url)


@check(
    "http/redirects/no-downgrade",
    on="*",
    example="http",
    breaks=lambda site: site.reply("/", Reply(302, {"location": "http://good.example/clear"})).reply(
        "/clear", Reply.json({})
    ),
)
async def no_downgrade(service: Service, ask: Ask) -> Verdict:
    answer = await first(service, ask)
    for hop in answer.hops:
        if hop.url.startswith("https:") and hop.location.startswith("http:"):
            chain = f"{hop.url} → {hop.location}"
            return failed(f"retour en clair : {chain}", f"back to clear text: {chain}", at=hop.url)
    if answer.failure not in _LED_ASTRAY:
        usable(answer)
    return passed()
