"""Copies that stay fresh: validators, conditional requests, Cache-Control, languages."""

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import again, entry
from cicclo.probes.documents import usable
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask


@check("http/caching/validator", on="*", example="http", breaks=lambda site: site.header("/", "etag", None))
async def validator(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not answer.ok:
        return inapplicable(f"la réponse est HTTP {answer.status}", f"the answer is HTTP {answer.status}")
    if answer.header("etag") or answer.header("last-modified"):
        return passed()
    return failed("ni ETag ni Last-Modified", "neither ETag nor Last-Modified", at="ETag")


@check(
    "http/caching/conditional",
    on="*",
    example="http",
    breaks=lambda site: site.status("/", 200, lambda request: bool(request.header("if-none-match"))),
)
async def conditional(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    etag, modified = answer.header("etag"), answer.header("last-modified")
    if not answer.ok or not (etag or modified):
        return inapplicable("la réponse n'a pas de validateur", "the answer has no validator")
    condition = {"if_none_match": etag} if etag else {"if_modified_since": modified}
    second = usable(await again(answer, ask, **condition))
    if second.status == 304:
        return passed()
    changed = second.header("etag") != etag if etag else second.header("last-modified") != modified
    if second.ok and changed:
        return failed(
            f"le validateur change à chaque réponse ({etag or modified})",
            f"the validator changes with every answer ({etag or modified})",
            at="ETag" if etag else "Last-Modified",
            code="unstable",
        )
    return failed(
        f"HTTP {second.status} au lieu de 304 pour {etag or modified}",
        f"HTTP {second.status} instead of 304 for {etag or modified}",
        at="If-None-Match" if etag else "If-Modified-Since",
        code=f"status-{second.status}",
    )


@check(
    "http/caching/etag-syntax",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "etag", "686897696a7c876b7e"),
)
async def etag_syntax(service: Service, ask: Ask) -> Verdict:
    etag = (await entry(service, ask)).header("etag").strip()
    if not etag:
        return inapplicable("pas d'ETag", "no ETag")
    quoted = etag.removeprefix("W/")
    if len(quoted) >= 2 and quoted[0] == quoted[-1] == '"' and '"' not in quoted[1:-1]:
        return passed()
    return failed(f"ETag sans guillemets : {etag}", f"ETag without quotes: {etag}", at="ETag")


@check(
    "http/caching/cache-control",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "cache-control", None),
)
async def cache_control(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not answer.ok:
        return inapplicable(f"la réponse est HTTP {answer.status}", f"the answer is HTTP {answer.status}")
    if answer.header("cache-control") or answer.header("expires"):
        return passed()
    return failed("pas de Cache-Control", "no Cache-Control", at="Cache-Control")


@check(
    "http/negotiation/language-vary",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "vary", "Accept-Encoding"),
)
async def language_vary(service: Service, ask: Ask) -> Verdict:
    """A cache that does not know that the answer depends on the language gives one reader the other's."""
    answer = await entry(service, ask)
    if not answer.header("content-language"):
        return inapplicable("la réponse ne dit pas sa langue", "the answer does not say its language")
    french = await again(answer, ask, "HEAD", accept_language="fr")
    english = await again(answer, ask, "HEAD", accept_language="en")
    languages = {usable(one).header("content-language") for one in (french, english)}
    if len(languages) < 2:
        return inapplicable(
            "la réponse ne dépend pas de la langue", "the answer does not depend on the language"
        )
    value = english.header("vary")
    if "accept-language" in value.lower() or value.strip() == "*":
        return passed()
    return failed(f"Vary : {value or 'absent'}", f"Vary: {value or 'absent'}", at="Vary")
