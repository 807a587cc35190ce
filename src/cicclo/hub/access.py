"""The operator signs in with one password, kept hashed in the state."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cicclo.kernel.access import Action, Policy
from cicclo.kernel.errors import NotAllowed
from cicclo.kernel.text import Text
from cicclo.probes.store import Store
from cicclo.web.gate import SESSION_COOKIE, Gate
from cicclo.web.operation import Form, Operation, Params, Visit
from cicclo.web.problems import TooMany
from cicclo.web.replies import Page, Redirect

OPERATOR = "operator"
PASSWORD, SECRET = "operator-password", "session-secret"
MOST_FAILURES, WINDOW = 10, 60.0


class SignInParams(Params, frozen=True):
    next: str = "/"


class NoParams(Params, frozen=True):
    pass


class SignInForm(Form, frozen=True):
    password: str
    next: str = "/"


class SignOutForm(Form, frozen=True):
    pass


@dataclass(slots=True)
class Guard:
    """Slows down whoever guesses: so many failures a minute, then a wait, for everyone."""

    failures: list[float] = field(default_factory=list)

    def check(self) -> None:
        self.failures = [moment for moment in self.failures if time.monotonic() - moment < WINDOW]
        if len(self.failures) >= MOST_FAILURES:
            raise TooMany(
                Text("trop de mots de passe refusés", "too many refused passwords"),
                remedy=Text("attendre une minute", "wait a minute"),
            )

    def failed(self) -> None:
        self.failures.append(time.monotonic())


@dataclass(slots=True)
class Access:
    """The operator's password and the pages to sign in and out."""

    store: Store
    guard: Guard = field(default_factory=Guard)

    def prepare(self, given: str) -> str:
        """Set the password that the settings give; without any, make one and return it, to be shown once."""
        if given:
            if not verify(given, self.store.key(PASSWORD)):
                self.store.set_key(PASSWORD, hashed(given))
            return ""
        if self.store.key(PASSWORD):
            return ""
        made = "-".join(secrets.token_hex(3) for _ in range(4))
        self.store.set_key(PASSWORD, hashed(made))
        return made

    def gate(self, policy: Policy) -> Gate:
        """Return the gate; its signing key is made once and kept, so that sessions survive a restart."""
        if not self.store.key(SECRET):
            self.store.set_key(SECRET, secrets.token_hex(32))
        self._gate = Gate(bytes.fromhex(self.store.key(SECRET)), policy, self.knows)
        return self._gate

    _gate: Gate = field(init=False)

    def ticket(self) -> str:
        """A cookie for someone we do not know: forms of theirs carry its token."""
        return self._gate.issue()

    def knows(self, name: str, password: str) -> bool:
        """Verify the operator's name and password."""
        self.guard.check()
        good = name == OPERATOR and verify(password, self.store.key(PASSWORD))
        if not good:
            self.guard.failed()
        return good

    def sign_in_page(self, visit: Visit, params: SignInParams) -> Page | Redirect:
        """The form needs a ticket, even an anonymous one, for its token: the first visit takes it and comes back."""
        if not visit.csrf:
            return Redirect(str(visit.request.url), {SESSION_COOKIE: self._gate.issue()})
        return Page("hub/signin.html", {"next": local(params.next)})

    def sign_in(self, _visit: Visit, _params: NoParams, form: SignInForm) -> Redirect:
        if not self.knows(OPERATOR, form.password):
            raise NotAllowed(
                Text("mot de passe refusé", "password refused"), remedy=Text("réessayer", "try again")
            )
        return Redirect(local(form.next), {SESSION_COOKIE: self._gate.issue(OPERATOR)})

    def sign_out(self, _visit: Visit, _params: NoParams, _form: SignOutForm) -> Redirect:
        return Redirect("/", {SESSION_COOKIE: ""})

    def operations(self) -> list[Operation]:
        sign_in, sign_out = Text("Se connecter", "Sign in"), Text("Se déconnecter", "Sign out")
        return [
            Operation("GET", "/connexion", self.sign_in_page, sign_in, SignInParams, action=Action.SIGN_IN),
            Operation("POST", "/connexion", self.sign_in, sign_in, NoParams, SignInForm, Action.SIGN_IN),
            Operation("POST", "/deconnexion", self.sign_out, sign_out, NoParams, SignOutForm, Action.SIGN_IN),
        ]


def local(address: str) -> str:
    """Return an address of ours, or the home page: signing in must not send people elsewhere."""
    parts = urlsplit(address)
    safe = (
        not parts.scheme
        and not parts.netloc
        and address.startswith("/")
        and not address.startswith(("//", "/\\"))
    )
    return address if safe and address.isprintable() else "/"


def hashed(password: str) -> str:
    """Return salt and scrypt hash (RFC 7914)."""
    salt = secrets.token_bytes(16)
    return f"{base64.b64encode(salt).decode()}${base64.b64encode(_scrypt(password, salt)).decode()}"


def verify(password: str, kept: str) -> bool:
    """Compare a password with what is kept, in constant time."""
    salt, _, digest = kept.partition("$")
    if not digest:
        return False
    return hmac.compare_digest(_scrypt(password, base64.b64decode(salt)), base64.b64decode(digest))


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
