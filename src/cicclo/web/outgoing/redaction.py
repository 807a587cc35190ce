"""What must not be kept: secrets in headers and addresses, and people's e-mail addresses in documents.

Redaction happens before anything judges the answer, so that a replay of the evidence gives the same
verdicts as the day it was taken. An address of a person becomes `personne-<digest>@<same domain>`: a rule
on personal data can still tell that there was one, and two mentions of one person stay equal.
"""

import codecs
import hashlib
import re
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from cicclo.web.outgoing.model import Secrets

MASK = "***"
PERSON_MARK = "personne-"
_SECRETS = Secrets()
_SECRET_NAMES = frozenset(_SECRETS.parameters)
_EMAIL = re.compile(rb"(?<![\w.+%-])([A-Za-z0-9_.+-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
# first.last@ or f.last@ with letters only: a person; contact@, sig.ddtm59@, geo-ide@… are functions
_PERSON = re.compile(rb"^[A-Za-z]{1,}(?:-[A-Za-z]+)?[._][A-Za-z]{2,}(?:[-.][A-Za-z]+)?$")
_FUNCTION_WORDS = re.compile(
    rb"(?i)contact|info|sig|geo|data|admin|support|service|direction|secretariat|webmaster|catalog|inspire|ddt|dreal|"
    rb"accueil|mairie|region|metadata|metadonnees|opendata|plateforme|pole|cellule|mission|bureau|observatoire|equipe|"
    rb"urbanisme|environnement|helpdesk|assistance|prenom|nom\b|personne"
)
_TEXT_TYPES = re.compile(
    r"(?i)^(text/|application/([\w.+-]*\+)?(json|xml|geo\+json|ld\+json)|application/(xhtml|vnd\.ogc|gml))|^$"
)


def safe_url(url: str) -> str:
    """Mask user information and secret parameters of an address."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if "@" in netloc:
        netloc = f"{MASK}@{netloc.rpartition('@')[2]}"
    query = parts.query
    if any(name.lower() in _SECRET_NAMES for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = "&".join(_safe_pair(pair) for pair in query.split("&"))
    return urlunsplit((parts.scheme, netloc, parts.path, query, parts.fragment))


def _safe_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}{equals}{quote(MASK)}" if name.lower() in _SECRET_NAMES else pair


def safe_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Mask the values of headers that carry secrets."""
    return tuple((name, MASK if name.lower() in _SECRETS.headers else value) for name, value in headers)


def is_personal(local_part: bytes) -> bool:
    """Tell whether the part before @ looks like the name of a person."""
    return bool(_PERSON.match(local_part)) and not _FUNCTION_WORDS.search(local_part)


def safe_body(body: bytes, media_type: str) -> bytes:
    """Pseudonymise people's e-mail addresses in a text document; leave anything else as it is."""
    if not _TEXT_TYPES.match(media_type):
        return body
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(bom):
            text = body[2:].decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
            return bom + _EMAIL.sub(_pseudonym, text).decode("utf-8", "surrogatepass").encode(
                encoding, "surrogatepass"
            )
    if b"@" not in body:
        return body
    return _EMAIL.sub(_pseudonym, body)


def _pseudonym(match: re.Match[bytes]) -> bytes:
    local, domain = match.group(1), match.group(2)
    if not is_personal(local):
        return match.group(0)
    digest = hashlib.sha256(local.lower() + b"@" + domain.lower()).hexdigest()[:8]
    return f"{PERSON_MARK}{digest}".encode() + b"@" + domain
