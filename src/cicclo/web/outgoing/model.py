"""A request, its answer, and the limits both are held to."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cicclo.kernel.text import Text

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})


@dataclass(frozen=True, slots=True)
class Request:
    """One reading request. POST is for queries only (CSW GetRecords, WFS GetFeature, STAC search).

    `headers` are those asked for by the caller, lower-cased and sorted; transports add their own. Two of them are
    for the transport and are not sent: `x-cicclo-redirects: no` wants the first answer, redirect or not;
    `x-cicclo-peek: N` wants a text whole, and only the first N bytes of anything else.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __post_init__(self) -> None:
        if self.method not in READING_METHODS:
            msg = f"{self.method} is not a reading request"
            raise ValueError(msg)

    @classmethod
    def of(
        cls, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> "Request":
        pairs = tuple(sorted((name.lower(), value) for name, value in (headers or {}).items()))
        return cls(method, url, pairs, body)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    @property
    def key(self) -> str:
        """The same for two requests that must get the same answer (SHA-256, hexadecimal)."""
        return _key(self)


@lru_cache(maxsize=4096)  # asked for several times around each exchange, and kept once by all who refer to it
def _key(request: Request) -> str:
    digest = hashlib.sha256()
    for part in (request.method, request.url, repr(request.headers)):
        digest.update(part.encode() + b"\n")
    digest.update(request.body)
    return digest.hexdigest()


class Failure(StrEnum):
    """Why there is no usable answer."""

    UNREACHABLE = "unreachable"
    UNKNOWN_HOST = "unknown-host"
    CERTIFICATE = "certificate"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    BAD_ENCODING = "bad-encoding"
    REDIRECT_LOOP = "redirect-loop"
    BAD_REDIRECT = "bad-redirect"
    PRIVATE_ADDRESS = "private-address"
    BAD_URL = "bad-url"
    PROTOCOL = "protocol"
    ROBOTS = "robots"
    ASKED_TO_WAIT = "asked-to-wait"
    BUDGET = "budget"
    NOT_RECORDED = "not-recorded"


FAILURE_TEXTS: dict[Failure, Text] = {
    Failure.UNREACHABLE: Text(
        "le serveur ne répond pas : vérifier l'adresse, le port et le pare-feu",
        "the server does not answer: check the address, the port and the firewall",
    ),
    Failure.UNKNOWN_HOST: Text(
        "nom de serveur inconnu : vérifier l'orthographe et le DNS",
        "unknown host name: check the spelling and the DNS",
    ),
    Failure.CERTIFICATE: Text(
        "certificat refusé (expiré, autre nom, ou autorité inconnue) : renouveler le certificat et sa chaîne",
        "certificate refused (expired, other name, or unknown authority): renew the certificate and its chain",
    ),
    Failure.TLS: Text(
        "la négociation TLS échoue : ce port ne parle pas https, ou dans une version abandonnée",
        "the TLS handshake fails: this port does not speak https, or only a version given up long ago",
    ),
    Failure.TIMEOUT: Text(
        "pas de réponse dans le délai : alléger la réponse ou relever la capacité du service",
        "no answer in time: make the answer lighter or give the service more capacity",
    ),
    Failure.TOO_SLOW: Text(
        "la réponse arrive trop lentement et n'est pas finie dans le délai total",
        "the answer drips too slowly and is not complete within the total time",
    ),
    Failure.TOO_LARGE: Text(
        "la réponse dépasse la taille permise : paginer, ou relever « --max-bytes »",
        "the answer is larger than allowed: page it, or raise `--max-bytes`",
    ),
    Failure.BAD_ENCODING: Text(
        "le corps compressé est illisible : corriger Content-Encoding",
        "the compressed body cannot be read: correct Content-Encoding",
    ),
    Failure.REDIRECT_LOOP: Text(
        "redirections en boucle ou trop nombreuses : pointer vers l'adresse finale",
        "redirects loop or are too many: point to the final address",
    ),
    Failure.BAD_REDIRECT: Text(
        "redirection sans adresse utilisable : corriger l'en-tête Location",
        "redirect without a usable address: correct the Location header",
    ),
    Failure.PRIVATE_ADDRESS: Text(
        "adresse privée ou locale refusée ; l'exploitant peut l'autoriser (« --allow-private »)",
        "private or local address refused; the operator may allow it (`--allow-private`)",
    ),
    Failure.BAD_URL: Text(
        "adresse incorrecte : http:// ou https:// attendu", "incorrect address: http:// or https:// expected"
    ),
    Failure.PROTOCOL: Text(
        "la réponse n'est pas du HTTP correct, ou la connexion a été coupée",
        "the answer is not correct HTTP, or the connection was cut",
    ),
    Failure.ROBOTS: Text(
        "le fichier robots.txt du site l'interdit : l'autoriser pour cet agent, ou « --ignore-robots » si le site est le vôtre",
        "the site's robots.txt forbids it: allow this agent, or `--ignore-robots` if the site is yours",
    ),
    Failure.ASKED_TO_WAIT: Text(
        "le serveur demande de patienter (Retry-After) : reprendre l'audit plus tard, ou lever la limite pour cet agent",
        "the server asks to wait (Retry-After): audit again later, or lift the limit for this agent",
    ),
    Failure.BUDGET: Text(
        "nombre maximal de requêtes atteint (« --max-requests »)",
        "maximum number of requests reached (`--max-requests`)",
    ),
    Failure.NOT_RECORDED: Text(
        "requête absente du dossier de preuves rejoué", "request not in the evidence that is replayed"
    ),
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed."""

    status: int
    url: str
    location: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, redacted. `failure` is set, and `status` 0, when nothing usable came back.

    `length` (bytes) and `sha256` describe the decoded body as received, before redaction; `body` is what we
    keep. `truncated` tells that the body was cut: at the size limit (`failure` says so), or where the request
    wanted no more (a range that the server ignored, a peek). `elapsed` is in seconds.
    """

    request: Request
    url: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    elapsed: float = 0.0
    length: int = 0
    sha256: str = ""
    truncated: bool = False
    failure: Failure | None = None
    detail: str = ""

    def header(self, name: str) -> str:
        """Value of a header, all its values joined by a comma, empty when absent."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key == wanted)

    @property
    def media_type(self) -> str:
        """Content-Type without parameters, lower case."""
        return self.header("content-type").split(";")[0].strip().lower()

    @property
    def ok(self) -> bool:
        return self.failure is None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes, of one request."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 90.0
    max_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 6
    retries: int = 1
    longest_retry_after: float = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How polite we are with one host. `per_second` 0 means no pacing (only for one's own servers)."""

    concurrency: int = 4
    per_second: float = 10.0
    robots: bool = True


class Transport(Protocol):
    """Whatever answers requests: the network, an archive of evidence, an example in memory."""

    async def send(self, request: Request) -> Answer: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """Names whose values never reach evidence, log or page."""

    headers: frozenset[str] = field(
        default_factory=lambda: frozenset(
            {"authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key", "apikey"}
        )
    )
    parameters: Iterable[str] = (
        "token",
        "access_token",
        "id_token",
        "apikey",
        "api_key",
        "key",
        "password",
        "client_secret",
        "code",
    )
