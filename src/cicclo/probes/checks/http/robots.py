"""What robots.txt says to programs that read public services (RFC 9309)."""

from urllib.parse import urljoin

from protego import Protego

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import first
from cicclo.probes.documents import text_of, usable
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask

AGENT = "cicclo"


@check(
    "http/robots/allowed",
    on="*",
    example="http",
    breaks=lambda site: site.reply("/robots.txt", Reply.text("User-agent: *\nDisallow: /\n")),
)
async def allowed(service: Service, ask: Ask) -> Verdict:
    url = (await first(service, ask)).request.url
    answer = usable(await ask.get(urljoin(url, "/robots.txt")))
    if not answer.ok or "html" in answer.media_type:
        return passed("pas de robots.txt", "no robots.txt")
    if Protego.parse(text_of(answer)).can_fetch(url, AGENT):
        return passed()
    return failed(
        "robots.txt interdit ce service aux robots",
        "robots.txt forbids this service to robots",
        at=answer.url,
    )


@check(
    "http/robots/readable", on="*", example="http", breaks=lambda site: site.reply("/robots.txt", Reply(500))
)
async def readable(service: Service, ask: Ask) -> Verdict:
    """A robot must take a server error on robots.txt for a complete refusal (RFC 9309, 2.3.1.4)."""
    answer = usable(await ask.get(urljoin((await first(service, ask)).request.url, "/robots.txt")))
    if answer.status >= 500:
        return failed(
            f"robots.txt répond {answer.status} : les robots doivent s'abstenir",
            f"robots.txt answers {answer.status}: robots must stay away",
            at=answer.url,
            code=f"status-{answer.status}",
        )
    if answer.ok and "html" in answer.media_type:
        return failed(
            "robots.txt est une page HTML", "robots.txt is an HTML page", at=answer.url, code="html"
        )
    return passed()
