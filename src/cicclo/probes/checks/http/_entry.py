"""The entry document of an endpoint: the first thing its protocol asked for, and variants of that request."""

from urllib.parse import urlsplit, urlunsplit

from cicclo.probes.documents import usable
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

ORIGIN = "https://www.data.gouv.fr"
TEXTUAL = ("json", "xml", "html", "text/", "javascript", "csv", "turtle", "yaml")


async def first(service: Service, ask: Ask) -> Answer:
    """The answer to the first request of the endpoint, whatever it is (a failure included)."""
    for key, task in ask.scope.answers.items():
        answer = await task
        if answer.request.method == "GET":
            if key not in ask.used:
                ask.used.append(key)
            return answer
    return await ask.get(service.endpoint.url)


async def entry(service: Service, ask: Ask) -> Answer:
    """The entry document's answer; raise NoAnswer when there is none."""
    return usable(await first(service, ask))


async def again(answer: Answer, ask: Ask, method: str = "GET", *, url: str = "", **headers: str) -> Answer:
    """Send the same request in another way: another method, another address, more headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask.send(
        method, url or answer.request.url, headers={**dict(answer.request.headers), **named}
    )


def with_scheme(url: str, scheme: str) -> str:
    return urlunsplit((scheme, *urlsplit(url)[1:]))


def default_port(url: str) -> bool:
    """Tell whether the address is on port 80 or 443, where the other scheme can be guessed."""
    try:
        return urlsplit(url).port in (None, 80, 443)
    except ValueError:
        return False


def is_text(answer: Answer) -> bool:
    return any(word in answer.media_type for word in TEXTUAL)
