"""A platform whose login goes to a correct provider shaped like ProConnect, in memory."""

import hashlib
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

BASE = "https://good.example"
ISSUER = BASE + "/api/v2"
WELL_KNOWN = "/api/v2/.well-known/openid-configuration"


def site() -> Site:
    """The correct platform and its provider, on one host."""
    return Site(BASE, handle, "/login")


def handle(request: Request) -> Reply | None:
    match urlsplit(request.url).path:
        case "/login":
            return Reply(
                302, {"location": f"{ISSUER}/authorize?{urlencode(parameters(request), quote_via=quote)}"}
            )
        case "/api/v2/.well-known/openid-configuration":
            return Reply.json(metadata())
        case "/api/v2/jwks":
            return Reply.json({"keys": [KEY]})
    return None


KEY = {
    "kty": "EC",
    "kid": "sig-1",
    "use": "sig",
    "alg": "ES256",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


def parameters(request: Request) -> dict[str, str]:
    """Parameters of a login; `state` and `nonce` differ from one request to the next, as random ones would."""
    return {
        "client_id": "0e3b1c1c",
        "redirect_uri": BASE + "/login/callback",
        "response_type": "code",
        "scope": "openid given_name usual_name email siret",
        "state": hashlib.sha256(f"state {request.headers}".encode()).hexdigest(),
        "nonce": hashlib.sha256(f"nonce {request.headers}".encode()).hexdigest(),
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "claims": '{"id_token":{"acr":{"essential":true,"values":["eidas0-mfa","eidas1-mfa","eidas2","eidas3"]}}}',
    }


def metadata() -> dict[str, Any]:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": ISSUER + "/authorize",
        "token_endpoint": ISSUER + "/token",
        "userinfo_endpoint": ISSUER + "/userinfo",
        "jwks_uri": ISSUER + "/jwks",
        "end_session_endpoint": ISSUER + "/session/end",
        "introspection_endpoint": ISSUER + "/token/introspection",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256"],
        "userinfo_signing_alg_values_supported": ["ES256", "RS256", "HS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "scopes_supported": ["openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id"],
        "claims_supported": ["sub", "acr", "given_name", "usual_name", "email", "uid", "siret", "idp_id"],
        "acr_values_supported": ["eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
