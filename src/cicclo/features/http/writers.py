"""Who may change features: a bearer token, or a name and a password; never a cookie, never anonymously."""

import base64
import binascii
import hashlib
import hmac

from cicclo.features.resources import Ask
from cicclo.features.service import Writer
from cicclo.kernel.errors import NotAllowed
from cicclo.kernel.text import Text
from cicclo.web.problems import SignInNeeded


def check(ask: Ask) -> Writer:
    """Return who asks; raise SignInNeeded (401) for nobody we know, NotAllowed (403) for another collection's writer."""
    found = _known(ask.headers.get("authorization", ""), ask.service.writers)
    if found is None:
        raise SignInNeeded(
            Text("modifier demande un jeton ou un mot de passe", "editing needs a token or a password"),
            at="Authorization",
            remedy=Text("le demander à l'exploitant", "ask the operator for one"),
        )
    if found.collections and ask.path["collection"] not in found.collections:
        raise NotAllowed(
            Text(
                "cette collection n'est pas ouverte à ce compte",
                "this collection is not open to this account",
            ),
            at="Authorization",
        )
    return found


def _known(header: str, writers: tuple[Writer, ...]) -> Writer | None:
    scheme, _, value = header.partition(" ")
    name, secret = "", value.strip()
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme.lower() != "bearer":
        return None
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = None
    for each in writers:  # all of them, so that time tells nothing
        if hmac.compare_digest(each.digest.lower(), digest) and name in ("", each.name):
            found = each
    return found
