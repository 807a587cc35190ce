"""What an answer lets out, and what it asks of visitors."""

import ipaddress
import re
from urllib.parse import urlsplit

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import entry, is_text
from cicclo.probes.documents import text_of
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

_URL = re.compile(r"""https?://[^\s"'<>\\)}\]]{3,300}""")
_INNER_NAMES = (".local", ".localdomain", ".internal", ".intra", ".intranet", ".lan", ".svc", ".docker")
_VERSION = re.compile(r"/\d+\.\d+")
_PROGRAMS = ("server", "x-powered-by", "x-aspnet-version")


def _urls(answer: Answer) -> list[str]:
    return list(dict.fromkeys(_URL.findall(text_of(answer).replace("&amp;", "&")))) if is_text(answer) else []


def _split(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # not an address after all
        return "", None
    return host, port


def is_inner(host: str) -> bool:
    """Tell whether a host name makes sense inside the operator's network only."""
    if host == "localhost" or host.endswith(_INNER_NAMES):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and "." not in host


@check(
    "http/privacy/no-internal-address",
    on="*",
    example="http",
    breaks=lambda site: site.edit(
        "/", lambda page: page["links"][0].update(href="http://localhost:8080/ogcapi/")
    ),
)
async def no_internal_address(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    own = urlsplit(answer.url).hostname
    for url in _urls(answer):
        host, _ = _split(url)
        if host and host != own and is_inner(host):
            return failed(
                f"adresse interne publiée : {url}",
                f"an internal address is published: {url}",
                at=url,
                code="internal",
            )
    return passed()


@check(
    "http/privacy/no-stray-port",
    on="*",
    example="http",
    breaks=lambda site: site.edit(
        "/", lambda page: page["links"][0].update(href="https://good.example:8443/")
    ),
)
async def no_stray_port(service: Service, ask: Ask) -> Verdict:
    """An application behind a proxy that does not know its public address publishes its own port."""
    answer = await entry(service, ask)
    own, port = _split(answer.url)
    for url in _urls(answer):
        host, other = _split(url)
        if host == own and other not in (port, None) and other not in (80, 443):
            return failed(
                f"port inattendu dans {url}", f"unexpected port in {url}", at=url, code=f"port-{other}"
            )
    return passed()


@check(
    "http/links/same-scheme",
    on="*",
    example="http",
    breaks=lambda site: site.edit("/", lambda page: page["links"][0].update(href="http://good.example/")),
)
async def same_scheme(service: Service, ask: Ask) -> Verdict:
    """A browser on an https page does not follow an http address (mixed content)."""
    answer = await entry(service, ask)
    if not answer.url.startswith("https:"):
        return inapplicable("le service répond en http", "the service answers in http")
    own, _ = _split(answer.url)
    clear = [url for url in _urls(answer) if url.startswith("http://") and _split(url)[0] == own]
    if not clear:
        return passed()
    return failed(
        f"{len(clear)} adresse(s) du service en http, dont {clear[0]}",
        f"{len(clear)} address(es) of the service in http, such as {clear[0]}",
        at=clear[0],
    )


@check(
    "http/privacy/no-cookie",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "set-cookie", "JSESSIONID=1"),
)
async def no_cookie(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if answer.header("set-cookie"):
        return failed(
            "un témoin de connexion est posé sans besoin", "a cookie is set without need", at="Set-Cookie"
        )
    return passed()


@check(
    "http/privacy/no-version",
    on="*",
    example="http",
    breaks=lambda site: site.header("*", "server", "Apache/2.4.7 PHP/5.5"),
)
async def no_version(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    for name in _PROGRAMS:
        if _VERSION.search(answer.header(name)) or (name == "x-aspnet-version" and answer.header(name)):
            value = answer.header(name)
            return failed(f"{name} : {value}", f"{name}: {value}", at=name)
    return passed()


@check(
    "http/security/nosniff",
    on="*",
    example="http",
    breaks=lambda site: site.header("*", "x-content-type-options", None),
)
async def nosniff(service: Service, ask: Ask) -> Verdict:
    value = (await entry(service, ask)).header("x-content-type-options")
    if value.split(",")[0].strip().lower() == "nosniff":
        return passed()
    seen = value or "absent"
    return failed(
        f"X-Content-Type-Options : {seen}", f"X-Content-Type-Options: {seen}", at="X-Content-Type-Options"
    )
