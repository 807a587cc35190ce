"""HEAD, and honest status codes."""

from urllib.parse import urljoin

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import again, entry
from cicclo.probes.documents import json_of, local, looks_like_html, usable, xml_of
from cicclo.probes.errors import Unusable
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

NOWHERE = "cicclo-adresse-qui-n-existe-pas"
_EXCEPTIONS = frozenset({"ExceptionReport", "ServiceExceptionReport", "ServiceException", "OWSException"})


@check(
    "http/methods/head",
    on="*",
    example="http",
    breaks=lambda site: site.reply("/", Reply(405), lambda request: request.method == "HEAD"),
)
async def head(service: Service, ask: Ask) -> Verdict:
    got = await entry(service, ask)
    answer = usable(await again(got, ask, "HEAD"))
    if answer.status == got.status:
        return passed()
    return failed(
        f"HEAD répond {answer.status}, GET répond {got.status}",
        f"HEAD answers {answer.status}, GET answers {got.status}",
        at=answer.url,
        code=f"status-{answer.status}",
    )


@check(
    "http/methods/head-empty-type",
    on="*",
    example="http",
    breaks=lambda site: site.header(
        "/", "content-type", "text/html", lambda request: request.method == "HEAD"
    ),
)
async def head_type(service: Service, ask: Ask) -> Verdict:
    got = await entry(service, ask)
    answer = usable(await again(got, ask, "HEAD"))
    if answer.status != got.status or not answer.media_type:
        return inapplicable("HEAD ne donne pas les en-têtes de GET", "HEAD does not give the headers of GET")
    if answer.media_type == got.media_type:
        return passed()
    seen = f"HEAD {answer.media_type}, GET {got.media_type}"
    return failed(f"types différents : {seen}", f"different types: {seen}", at="Content-Type")


@check(
    "http/status/not-found",
    on="*",
    example="http",
    breaks=lambda site: site.reply(f"*{NOWHERE}", Reply.text("<html>Oups</html>", "text/html")),
)
async def not_found(service: Service, ask: Ask) -> Verdict:
    got = await entry(service, ask)
    answer = usable(await ask.get(urljoin(got.request.url.split("?")[0], NOWHERE)))
    if 400 <= answer.status < 500:
        return passed()
    if answer.hops and answer.ok:
        where = answer.hops[-1].location
        return failed(
            f"une adresse inconnue est redirigée vers {where}", f"an unknown address is redirected to {where}",
            at=answer.request.url, code="redirected",
        )  # fmt: skip
    return failed(
        f"une adresse inconnue répond {answer.status} au lieu de 404",
        f"an unknown address answers {answer.status} instead of 404",
        at=answer.request.url,
        code=f"status-{answer.status}",
    )


@check(
    "http/status/honest-success",
    on="*",
    example="http",
    breaks=lambda site: site.reply(
        "/", Reply.json({"type": "about:blank", "title": "Erreur interne", "status": 500})
    ),
)
async def honest_success(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not answer.ok:
        return inapplicable(f"la réponse est HTTP {answer.status}", f"the answer is HTTP {answer.status}")
    error = _error_in(answer)
    if error:
        return failed(
            f"HTTP {answer.status} avec une erreur dans le corps : {error}",
            f"HTTP {answer.status} with an error in the body: {error}",
            at=answer.url,
            code="error-in-success",
        )
    return passed()


def _error_in(answer: Answer) -> str:
    """The error that a document tells; empty when it is not an error."""
    try:
        if "json" in answer.media_type:
            document = json_of(answer)
            return _problem(document) if isinstance(document, dict) else ""
        if "xml" in answer.media_type and not looks_like_html(answer.body):
            root = xml_of(answer)
            return " ".join("".join(root.itertext()).split())[:200] if local(root) in _EXCEPTIONS else ""
    except Unusable:  # not a document: other checks say so
        return ""
    return ""


def _problem(document: dict[str, object]) -> str:
    """The title of a problem (RFC 9457) or of an error object; empty for any other document."""
    status = document.get("status", document.get("code"))
    if (
        isinstance(status, int)
        and 400 <= status < 600
        and {"title", "detail", "description", "message"} & document.keys()
    ):
        return str(
            document.get("title")
            or document.get("detail")
            or document.get("description")
            or document.get("message")
        )[:200]
    error = document.get("error")
    if isinstance(error, dict) and ("message" in error or "code" in error) and len(document) <= 2:
        return str(error.get("message") or error.get("code"))[:200]
    return ""


@check("http/status/no-server-error", on="*", example="http", breaks=lambda site: site.status("/", 503))
async def no_server_error(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if answer.status >= 500:
        return failed(
            f"HTTP {answer.status}", f"HTTP {answer.status}", at=answer.url, code=f"status-{answer.status}"
        )
    if answer.status == 0:
        return cannot_tell("pas de réponse", "no answer")
    return passed()
