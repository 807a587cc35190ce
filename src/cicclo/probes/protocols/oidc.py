"""OpenID Connect: a provider's discovery document, or a platform's login address that redirects to a provider.

Nothing is ever signed in: the login is followed up to the authorization request and not beyond.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from cicclo.kernel.text import Text
from cicclo.ogc.links import absolute
from cicclo.probes.documents import json_of, looks_like_html, success, text_of
from cicclo.probes.errors import BadDocument, Missing, Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

WELL_KNOWN = "/.well-known/openid-configuration"
PROCONNECT_HOST = re.compile(r"(?i)(^|[.-])(proconnect|agentconnect|dev-agentconnect)\.(gouv|rie\.gouv|fr)")
_LOGIN_LINK = re.compile(
    r"""(?i)(?:href|action)\s*=\s*["']([^"'<>\s]*(?:proconnect|agentconnect|oauth2/authorization|oidc/login|login/oidc)[^"'<>\s]*)["']"""
)
MOST_HOPS = 5
MOST_GUESSES = 5


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What the platform sends the browser to: the provider's address and its parameters (names as written)."""

    url: str
    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    @property
    def scopes(self) -> list[str]:
        return self.get("scope").split()

    @property
    def host(self) -> str:
        return split(self.url).hostname or ""


@dataclass(slots=True)
class Oidc(Service):
    """`metadata` is the discovery document (empty when not found), `request` the login's authorization request."""

    metadata_url: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    request: AuthorizationRequest | None = None

    @property
    def is_proconnect(self) -> bool:
        hosts = [
            split(url).hostname or "" for url in (self.metadata_url, self.request.url if self.request else "")
        ]
        acr = strings(self.metadata.get("acr_values_supported"))
        return any(PROCONNECT_HOST.search(host) for host in hosts) or any(
            value.startswith("eidas") for value in acr
        )

    def discovered(self) -> dict[str, Any]:
        """The discovery document; raise Missing when the login led to none."""
        if not self.metadata:
            raise Missing("document de découverte introuvable", "discovery document not found")
        return self.metadata

    def login(self) -> AuthorizationRequest:
        """The authorization request; raise Missing when only the provider was given."""
        if self.request is None:
            raise Missing(
                "aucune adresse de connexion : seul le fournisseur est connu",
                "no login address: only the provider is known",
            )
        return self.request


def split(url: str) -> SplitResult:
    """Parts of an address; all of them empty for what is none (`http://[`)."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def strings(value: Any) -> list[str]:
    """The texts of a list; nothing for anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


async def read(endpoint: Endpoint, ask: Ask) -> Oidc:
    service = Oidc(endpoint)
    if split(endpoint.url).path.endswith(WELL_KNOWN):
        service.metadata_url, service.metadata = endpoint.url, await _metadata(endpoint.url, ask)
    else:
        service.request = await follow_login(endpoint.url, ask)
        service.metadata_url, service.metadata = await _find_metadata(service.request.url, ask)
    service.title = str(service.metadata.get("issuer", "")) or (
        service.request.host if service.request else ""
    )
    service.claims = frozenset({"proconnect"} if service.is_proconnect else ())
    return service


async def follow_login(url: str, ask: Ask, *, cache_control: str = "max-age=0") -> AuthorizationRequest:
    """Follow redirects by hand until one asks for an authorization; raise BadDocument when none does."""
    for _ in range(MOST_HOPS):
        answer = await ask.get(url, x_cicclo_redirects="no", cache_control=cache_control)
        targets = [hop.location for hop in answer.hops] + [answer.header("location")]
        for target in targets:
            if request := authorization_request(absolute(answer.url, target)):
                return request
        if not (300 <= answer.status < 400 and targets[-1]):
            break
        url = absolute(answer.url, targets[-1])
    success(answer)
    message = Text(
        "la connexion ne redirige vers aucun fournisseur d'identité",
        "the login redirects to no identity provider",
    )
    raise BadDocument(answer, message, code="no-authorization-request")


def authorization_request(url: str) -> AuthorizationRequest | None:
    """Read an address as an authorization request (OpenID Connect Core 1.0, section 3.1.2.1)."""
    pairs = tuple(parse_qsl(split(url).query, keep_blank_values=True))
    return (
        AuthorizationRequest(url, pairs)
        if {"client_id", "response_type"} <= {name for name, _ in pairs}
        else None
    )


async def _metadata(url: str, ask: Ask) -> dict[str, Any]:
    answer = await ask.get(url, accept="application/json")
    document = json_of(success(answer))
    if isinstance(document, dict) and "issuer" in document:
        return document
    message = Text("le document de découverte n'a pas d'émetteur", "the discovery document has no issuer")
    raise BadDocument(answer, message, at="/issuer", code="no-issuer")


async def _find_metadata(authorize: str, ask: Ask) -> tuple[str, dict[str, Any]]:
    """Try the addresses above the authorization endpoint, nearest first, and believe the one that names it."""
    parts = split(authorize)
    segments = parts.path.split("/")[1:-1]
    for depth in range(len(segments), max(-1, len(segments) - MOST_GUESSES), -1):
        url = f"{parts.scheme}://{parts.netloc}{''.join('/' + s for s in segments[:depth])}{WELL_KNOWN}"
        try:
            document = await _metadata(url, ask)
        except Unusable:  # not there: the next address up may be
            continue
        if document.get("authorization_endpoint") == authorize.partition("?")[0]:
            return url, document
    return "", {}


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """Recognise a discovery document, a redirect to a provider, or a page that offers ProConnect."""
    for location in (*(hop.location for hop in answer.hops), answer.header("location")):
        if authorization_request(absolute(answer.url, location)):
            return (Endpoint("oidc", answer.request.url, "address"),)
    if answer.ok and "json" in answer.media_type and b"authorization_endpoint" in answer.body[:65536]:
        document = json_of(answer)
        if isinstance(document, dict) and "issuer" in document:
            return (Endpoint("oidc", answer.url, "address", str(document["issuer"])),)
    if answer.ok and looks_like_html(answer.body):
        links = [
            absolute(answer.url, link.replace("&amp;", "&"))
            for link in _LOGIN_LINK.findall(text_of(answer)[:2_000_000])
        ]
        return [Endpoint("oidc", link, "link") for link in links if _is_login_of(answer, link)][:1]
    return ()


def _is_login_of(answer: Answer, link: str) -> bool:
    """A login belongs to the platform: same host, and not a file nor the provider's own site."""
    parts = split(link)
    same = parts.hostname == split(answer.url).hostname
    return same and not re.search(r"\.(css|js|svg|png|html?|json)$", parts.path)


def guesses(url: str) -> Sequence[str]:
    """Where a provider publishes its discovery document."""
    return [urljoin(url, WELL_KNOWN)]


PROTOCOLS.add(
    Protocol(
        "oidc",
        Text("Connexion OpenID Connect", "OpenID Connect sign-in"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        entry="oidc/discovery/readable",
    )
)
