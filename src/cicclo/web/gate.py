"""Who is asking: a signed cookie, or a password given with the request; and the token that proves a form is ours."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from starlette.requests import Request

from cicclo.kernel.access import ANYONE, Action, Actor, Policy
from cicclo.kernel.errors import NotAllowed
from cicclo.kernel.text import Text
from cicclo.web.problems import SignInNeeded

SESSION_COOKIE = "cicclo_session"
LASTS = 12 * 3600


class Ticket(msgspec.Struct, frozen=True):
    """What the cookie says; `name` is empty until its bearer signs in."""

    id: str
    name: str
    until: int


@dataclass(slots=True)
class Gate:
    """`secret` signs cookies and form tokens, always with HMAC-SHA256; `knows` verifies a name and a password."""

    secret: bytes
    policy: Policy
    knows: Callable[[str, str], bool]
    now: Callable[[], float] = field(default=time.time)

    def actor(self, request: Request) -> Actor:
        """Return who asks: the bearer of a valid cookie or of HTTP Basic credentials, else anyone."""
        ticket = self.ticket(request)
        if ticket and ticket.name:
            return Actor(ticket.name)
        given = _basic(request.headers.get("authorization", ""))
        return Actor(given[0]) if given and self.knows(*given) else ANYONE

    def check(self, actor: Actor, action: Action) -> None:
        """Raise SignInNeeded when `actor` may not do `action`."""
        if not self.policy.allows(actor, action):
            raise SignInNeeded(
                Text("cette action est réservée à l'exploitant", "this action is for the operator"),
                remedy=Text("se connecter", "sign in"),
            )

    def issue(self, name: str = "") -> str:
        """Return a new cookie for `name`, signed."""
        ticket = Ticket(secrets.token_urlsafe(18), name, int(self.now()) + LASTS)
        payload = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).decode().rstrip("=")
        return f"{payload}.{self._sign('session', payload)}"

    def ticket(self, request: Request) -> Ticket | None:
        """Read the cookie of a request; None when there is none, when it was tampered with, or when it is over."""
        return self.read(request.cookies.get(SESSION_COOKIE, ""))

    def read(self, cookie: str) -> Ticket | None:
        payload, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", payload).encode()):
            return None
        ticket = msgspec.json.decode(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=Ticket
        )
        return ticket if ticket.until > self.now() else None

    def token(self, ticket: Ticket | None) -> str:
        """Return the token that forms of this bearer carry."""
        return self._sign("form", ticket.id) if ticket else ""

    def check_token(self, request: Request, given: str) -> None:
        """Raise NotAllowed when a form does not come from one of our pages.

        A request with explicit credentials needs no token: no other site can make a browser send them. Neither does
        one without a cookie of ours that no browser sent (they tell the Origin of every POST): it has no right but
        anyone's.
        """
        if _basic(request.headers.get("authorization", "")) or _program(request):
            return
        expected = self.token(self.ticket(request))
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            raise NotAllowed(
                Text(
                    "ce formulaire a expiré ou vient d'un autre site",
                    "this form has expired or comes from another site",
                ),
                remedy=Text("recharger la page et recommencer", "reload the page and try again"),
            )

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def _program(request: Request) -> bool:
    marks = ("origin", "sec-fetch-site", "sec-fetch-mode")
    return SESSION_COOKIE not in request.cookies and not any(mark in request.headers for mark in marks)


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None
