"""A CiccloError becomes problem+json (RFC 9457) or a page, in the reader's language: the one place that does."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cicclo.kernel.errors import BadInput, CiccloError, NotAllowed, NotFound
from cicclo.kernel.text import Text
from cicclo.web.negotiation import wants_json

ADDRESS = "https://github.com/cicclo/cicclo/blob/main/docs/en/problems.md#"


class TooLarge(BadInput):
    slug = "too-large"
    title = Text("Demande trop volumineuse", "Request too large")
    status = 413


class TooSlow(BadInput):
    slug = "too-slow"
    title = Text("Envoi interrompu", "Sending interrupted")
    status = 408


class TooMany(CiccloError):
    slug = "too-many"
    title = Text("Trop de demandes", "Too many requests")
    status = 429


class SignInNeeded(NotAllowed):
    slug = "sign-in-needed"
    title = Text("Connexion nécessaire", "Sign-in needed")
    status = 401


class WrongMethod(BadInput):
    slug = "wrong-method"
    title = Text("Méthode refusée", "Method not allowed")
    status = 405


def of_status(status: int) -> CiccloError:
    """Return the problem of an HTTP status that the framework found by itself."""
    if status == 405:
        return WrongMethod(
            Text(
                "cette adresse n'admet pas cette méthode HTTP",
                "this address does not accept this HTTP method",
            )
        )
    if status == 404:
        return NotFound(Text("cette page n'existe pas", "this page does not exist"))
    return CiccloError(Text(f"le serveur répond {status}", f"the server answers {status}"))


def document(error: CiccloError, lang: str, instance: str) -> dict[str, Any]:
    """Return the members of the problem."""
    problem = {
        "type": ADDRESS + error.slug,
        "title": error.title.get(lang),
        "status": error.status,
        "detail": error.message.get(lang),
        "instance": instance,
        "at": error.at,
        "remedy": error.remedy.get(lang),
    }
    return {name: value for name, value in problem.items() if value}


def is_json(request: Request) -> bool:
    """Tell whether this reader wants problems as JSON: anyone in the API, and whoever prefers JSON."""
    return request.url.path.startswith("/api") or wants_json(request.headers.get("accept", ""))


def json_response(error: CiccloError, lang: str, instance: str) -> Response:
    body = msgspec.json.encode(document(error, lang, instance))
    return Response(body, error.status, media_type="application/problem+json")
