"""What a page of another site may read (Fetch standard, section 3.2)."""

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import ORIGIN, again, entry
from cicclo.probes.documents import usable
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Request

ALLOW = "access-control-allow-origin"


def _preflight(request: Request) -> bool:
    return request.method == "OPTIONS"


def allows(answer: Answer) -> bool:
    return answer.header(ALLOW).strip() in ("*", ORIGIN)


async def _from_a_page(service: Service, ask: Ask) -> Answer:
    return usable(await again(await entry(service, ask), ask, origin=ORIGIN))


@check(
    "http/cors/get",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", ALLOW, "https://example.org"),
)
async def get(service: Service, ask: Ask) -> Verdict:
    answer = await _from_a_page(service, ask)
    if allows(answer):
        return passed()
    seen = answer.header(ALLOW) or "absent"
    return failed(
        f"Access-Control-Allow-Origin : {seen} pour l'origine {ORIGIN}",
        f"Access-Control-Allow-Origin: {seen} for origin {ORIGIN}",
        at="Access-Control-Allow-Origin",
        code="absent" if seen == "absent" else "other-origin",
    )


@check("http/cors/once", on="*", example="http", breaks=lambda site: site.header("/", ALLOW, "*, *"))
async def once(service: Service, ask: Ask) -> Verdict:
    """A proxy and an application that both add the header make browsers refuse the answer."""
    answer = await _from_a_page(service, ask)
    value = answer.header(ALLOW)
    if not value:
        return inapplicable("pas d'en-tête CORS", "no CORS header")
    if "," not in value:
        return passed()
    return failed(
        f"l'en-tête est répété : {value}",
        f"the header is repeated: {value}",
        at="Access-Control-Allow-Origin",
    )


@check(
    "http/cors/credentials",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "access-control-allow-credentials", "true"),
)
async def credentials(service: Service, ask: Ask) -> Verdict:
    answer = await _from_a_page(service, ask)
    value, with_credentials = answer.header(ALLOW), answer.header("access-control-allow-credentials")
    if not value:
        return inapplicable("pas d'en-tête CORS", "no CORS header")
    if with_credentials.strip().lower() == "true" and value.strip() in ("*", ORIGIN):
        return failed(
            f"toute origine ({value}) est admise avec les identifiants de l'utilisateur",
            f"any origin ({value}) is allowed with the user's credentials",
            at="Access-Control-Allow-Credentials",
        )
    return passed()


@check("http/cors/preflight", on="*", example="http", breaks=lambda site: site.status("/", 405, _preflight))
async def preflight(service: Service, ask: Ask) -> Verdict:
    got = await entry(service, ask)
    asked = {
        "origin": ORIGIN,
        "access_control_request_method": "GET",
        "access_control_request_headers": "content-type",
    }
    answer = usable(await again(got, ask, "OPTIONS", **asked))
    if answer.ok and allows(answer):
        return passed()
    seen = f"HTTP {answer.status}, Access-Control-Allow-Origin {answer.header(ALLOW) or 'absent'}"
    return failed(
        f"requête préliminaire refusée : {seen}",
        f"preflight refused: {seen}",
        at="OPTIONS",
        code=f"status-{answer.status}",
    )
