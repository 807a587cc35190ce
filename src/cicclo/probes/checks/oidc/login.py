"""What the platform's login asks the provider for, read on the redirect itself."""

import re

from cicclo.probes.check import Breaks, check
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.oidc import Oidc, follow_login, split
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Request

SECRETS = ("client_secret", "client_assertion", "access_token", "id_token", "refresh_token", "password")
LEAST_LENGTH = 22  # 128 bits written in base64url


def redirect(pattern: str, replacement: str) -> Breaks:
    """Damage the address the example's login redirects to."""

    def change(_request: Request, reply: Reply) -> Reply:
        return Reply(
            reply.status,
            {**reply.headers, "location": re.sub(pattern, replacement, reply.headers["location"])},
        )

    def breaks(site: Site) -> Site:
        return site.change("/login", change)

    return breaks


@check(
    "oidc/login/code-flow", on="oidc", breaks=redirect("response_type=code", "response_type=id_token%20token")
)
async def asks_for_a_code(oidc: Oidc, ask: Ask) -> Verdict:
    value = oidc.login().get("response_type")
    if value == "code":
        return passed()
    return failed(
        f"response_type={value} : les jetons passent par l'adresse",
        f"response_type={value}: tokens travel in the address",
        at="response_type",
    )


@check("oidc/login/openid-scope", on="oidc", breaks=redirect("scope=openid%20", "scope="))
async def asks_for_openid(oidc: Oidc, ask: Ask) -> Verdict:
    if "openid" in oidc.login().scopes:
        return passed()
    return failed(
        f"portée demandée : {oidc.login().get('scope')}",
        f"scope asked: {oidc.login().get('scope')}",
        at="scope",
    )


@check("oidc/login/state", on="oidc", breaks=redirect("state=[0-9a-f]+", "state=1234"))
async def state(oidc: Oidc, ask: Ask) -> Verdict:
    return _random_enough(oidc, "state")


@check("oidc/login/nonce", on="oidc", breaks=redirect("&nonce=[0-9a-f]+", ""))
async def nonce(oidc: Oidc, ask: Ask) -> Verdict:
    return _random_enough(oidc, "nonce")


def _random_enough(oidc: Oidc, name: str) -> Verdict:
    value = oidc.login().get(name)
    if len(value) >= LEAST_LENGTH:
        return passed()
    fr = f"« {name} » compte {len(value)} caractères (au moins {LEAST_LENGTH} attendus)"
    return failed(
        fr,
        f"“{name}” has {len(value)} characters (at least {LEAST_LENGTH} expected)",
        at=name,
        code="short" if value else "absent",
    )


@check("oidc/login/fresh-values", on="oidc", breaks=redirect("state=[0-9a-f]+", "state=" + "0" * 64))
async def values_change(oidc: Oidc, ask: Ask) -> Verdict:
    """Two logins must not share a state: a second one is started and compared."""
    first, second = oidc.login(), await follow_login(oidc.endpoint.url, ask, cache_control="no-cache")
    for name in ("state", "nonce"):
        if first.get(name) and first.get(name) == second.get(name):
            return failed(
                f"« {name} » est le même à deux connexions", f"“{name}” is the same in two logins", at=name
            )
    return passed()


@check("oidc/login/pkce", on="oidc", breaks=redirect("&code_challenge[^&]*", ""))
async def sends_a_challenge(oidc: Oidc, ask: Ask) -> Verdict:
    """A SHA-256 digest in base64url has 43 characters (RFC 7636, section 4.2)."""
    request = oidc.login()
    challenge, method = request.get("code_challenge"), request.get("code_challenge_method")
    if len(challenge) >= 43 and method == "S256":
        return passed()
    fr = f"code_challenge de {len(challenge)} caractères, méthode « {method} »"
    return failed(
        fr, f"code_challenge of {len(challenge)} characters, method “{method}”", at="code_challenge"
    )


@check(
    "oidc/login/redirect-uri",
    on="oidc",
    breaks=redirect("redirect_uri=https%3A%2F%2Fgood.example", "redirect_uri=http%3A%2F%2Flocalhost%3A8080"),
)
async def comes_back_here(oidc: Oidc, ask: Ask) -> Verdict:
    """An internal or foreign host here is the sign of a proxy that does not forward its public address."""
    value = oidc.login().get("redirect_uri")
    back, here = split(value), split(oidc.endpoint.url)
    if back.scheme != "https" and here.hostname not in ("localhost", "127.0.0.1", "::1"):
        return failed(
            f"retour hors https : {value}",
            f"return address not https: {value}",
            at="redirect_uri",
            code="not-https",
        )
    if _site(back.hostname) != _site(here.hostname):
        return failed(
            f"retour sur un autre site : {value}",
            f"return to another site: {value}",
            at="redirect_uri",
            code="other-host",
        )
    return passed()


def _site(host: str | None) -> str:
    """Last two labels of a name: a platform may keep its gateway on another host of the same domain."""
    return ".".join((host or "").split(".")[-2:])


@check("oidc/login/no-secret", on="oidc", breaks=redirect("$", "&client_secret=s3cret"))
async def no_secret_in_the_address(oidc: Oidc, ask: Ask) -> Verdict:
    sent = [name for name, _ in oidc.login().pairs if name in SECRETS]
    if sent:
        return failed(
            f"secret dans l'adresse : {', '.join(sent)}",
            f"secret in the address: {', '.join(sent)}",
            at=sent[0],
        )
    return passed()
