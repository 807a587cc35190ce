"""Tell which program answers, and how sure we are; one `.toml` per program.

Each sign looks at one place (`url`, `body`, `header:NAME`) with a regular expression; group `version`, when
present, gives the version. The body of a metadata record or of a data file is not looked at: it tells the program
that wrote it, wherever it is served from. Signs are independent hints: confidence = 1 − Π(1 − weight), capped at 0.99.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cicclo.probes.documents import text_of
from cicclo.probes.model import Endpoint, SoftwareGuess
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer


@dataclass(frozen=True, slots=True)
class Sign:
    where: str
    pattern: re.Pattern[str]
    weight: float
    label: str


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    signs: tuple[Sign, ...]


@cache
def signatures() -> tuple[Signature, ...]:
    """Every program we can recognise."""
    folder = files("cicclo.probes.software")
    return tuple(
        _signature(tomllib.loads(file.read_text("utf-8")))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )


def _signature(raw: dict[str, object]) -> Signature:
    signs = raw["sign"]
    assert isinstance(signs, list)
    return Signature(
        str(raw["name"]),
        tuple(Sign(s["where"], re.compile(s["pattern"]), s["weight"], s["label"]) for s in signs),
    )


async def identify(endpoint: Endpoint, ask: Ask) -> list[SoftwareGuess]:
    """Guess the software behind an endpoint from its address and entry document, most likely first."""
    protocol = PROTOCOLS.get(endpoint.protocol)
    return guess(await ask.get(endpoint.url), bodies=protocol is None or not protocol.file)


def guess(*answers: Answer, bodies: bool = True) -> list[SoftwareGuess]:
    """Guess from answers already there; without `bodies`, from addresses and headers only."""
    guesses = [found for signature in signatures() if (found := _weigh(signature, answers, bodies=bodies))]
    return sorted(guesses, key=lambda found: -found.confidence)


def _weigh(signature: Signature, answers: tuple[Answer, ...], *, bodies: bool) -> SoftwareGuess | None:
    doubt, version, labels = 1.0, "", []
    for sign in signature.signs:
        if sign.where == "body" and not bodies:
            continue
        match = next(
            (m for answer in answers if (m := sign.pattern.search(_place(answer, sign.where)))), None
        )
        if match:
            doubt *= 1 - sign.weight
            version = version or (match.groupdict().get("version") or "")
            labels.append(sign.label)
    return (
        SoftwareGuess(signature.name, version, round(min(1 - doubt, 0.99), 2), tuple(labels))
        if labels
        else None
    )


def _place(answer: Answer, where: str) -> str:
    if answer.failure is not None:
        return answer.url if where == "url" else ""
    if where == "url":
        return answer.url
    if where == "body":
        return text_of(answer)[:200_000]
    return answer.header(where.removeprefix("header:"))
