"""Encryption: https, its certificate, the way from http."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import again, default_port, entry, first, with_scheme
from cicclo.probes.documents import usable
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Failure


def _plain(request: object) -> bool:
    return str(getattr(request, "url", "")).startswith("http://")


def _without_https(site: Site) -> Site:
    broken = site.reply("*", Reply(500), lambda request: not _plain(request))
    return Site("http://good.example", broken.reply("/", site.handler, _plain).handler, site.entry)


def _loopback(url: str) -> bool:
    """Tell a host that browsers trust without encryption (W3C Secure Contexts, 3.1)."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@check("http/tls/https", on="*", example="http", breaks=_without_https)
async def https(service: Service, ask: Ask) -> Verdict:
    url = service.endpoint.url
    if url.startswith("https:"):
        usable(await first(service, ask))
        return passed()
    if default_port(url):
        secure = await again(await first(service, ask), ask, url=with_scheme(url, "https"))
        if secure.ok:
            return passed()
    if _loopback(url):
        return inapplicable(
            "adresse de cette machine : rien ne circule", "an address of this machine: nothing travels"
        )
    return failed(
        "le service n'est offert qu'en http, en clair", "the service is offered in clear http only", at=url
    )


@check(
    "http/tls/certificate", on="*", example="http", breaks=lambda site: site.fail("*", Failure.CERTIFICATE)
)
async def certificate(service: Service, ask: Ask) -> Verdict:
    answer = await first(service, ask)
    if answer.failure is Failure.CERTIFICATE:
        reason = answer.detail or "certificate"
        return failed(
            f"certificat refusé : {reason}",
            f"certificate refused: {reason}",
            at=answer.url,
            code="certificate",
        )
    if not answer.url.startswith("https:"):
        return inapplicable("le service répond en http", "the service answers in http")
    usable(answer)
    return passed()


async def _clear(service: Service, ask: Ask) -> Answer | None:
    """The answer to the entry address in http, redirects not followed; None when https is not on its usual port."""
    answer = await entry(service, ask)
    url = answer.request.url
    if not url.startswith("https:") or not default_port(url):
        return None
    clear = with_scheme(url.replace(":443/", "/", 1), "http")
    return await again(answer, ask, url=clear, x_cicclo_redirects="no")


@check(
    "http/tls/redirect",
    on="*",
    example="http",
    breaks=lambda site: site.reply("*", Reply.text("Bonjour"), _plain),
)
async def redirect(service: Service, ask: Ask) -> Verdict:
    clear = await _clear(service, ask)
    if clear is None:
        return inapplicable("pas d'adresse http équivalente", "no equivalent http address")
    if clear.failure is not None:
        return passed("le port 80 est fermé", "port 80 is closed")
    location = clear.header("location")
    if clear.status in (301, 302, 303, 307, 308) and location.startswith("https:"):
        return passed()
    what = f"HTTP {clear.status} {location}".strip()
    return failed(
        f"http n'est pas redirigé vers https : {what}",
        f"http is not redirected to https: {what}",
        at=clear.url,
    )


@check(
    "http/tls/redirect-same-address",
    on="*",
    example="http",
    breaks=lambda site: site.header("*", "location", "https://good.example/accueil", _plain),
)
async def same_address(service: Service, ask: Ask) -> Verdict:
    """A redirect to the home page breaks every link that was published in http."""
    clear = await _clear(service, ask)
    if clear is None or clear.failure is not None or not clear.header("location").startswith("https:"):
        return inapplicable("http ne redirige pas vers https", "http does not redirect to https")
    asked, told = urlsplit(clear.request.url), urlsplit(clear.header("location"))
    if (told.path or "/", told.query) == (asked.path or "/", asked.query):
        return passed()
    where = clear.header("location")
    return failed(
        f"la redirection perd l'adresse : {where}", f"the redirect loses the address: {where}", at=clear.url
    )


@check(
    "http/tls/hsts",
    on="*",
    example="http",
    breaks=lambda site: site.header("*", "strict-transport-security", "max-age=0"),
)
async def hsts(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not answer.url.startswith("https:"):
        return inapplicable("le service répond en http", "the service answers in http")
    value = answer.header("strict-transport-security")
    ages = [
        part.partition("=")[2].strip(' "')
        for part in value.split(";")
        if part.strip().lower().startswith("max-age")
    ]
    if ages and ages[0].isdigit() and int(ages[0]) > 0:
        return passed()
    if answer.status >= 500:
        return cannot_tell(f"erreur HTTP {answer.status}", f"HTTP error {answer.status}")
    seen = value or "absent"
    return failed(
        f"Strict-Transport-Security : {seen}",
        f"Strict-Transport-Security: {seen}",
        at="Strict-Transport-Security",
    )
