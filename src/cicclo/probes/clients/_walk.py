"""A replayed client: named steps, each with its requests; the first refusal ends the walk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cicclo.kernel.text import NOTHING, Text
from cicclo.probes.clients import Client
from cicclo.probes.documents import is_ows_exception, local, success, xml_of
from cicclo.probes.errors import BadDocument, BadStatus, Missing, Unusable
from cicclo.probes.model import Outcome, Step
from cicclo.probes.session import Ask


class Refused(Exception):
    """The client would give up here."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(fr, en)


@dataclass(slots=True)
class Visit:
    """What a step works with; `notes` carries what earlier steps learnt."""

    service: Any
    ask: Ask
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return str(self.service.endpoint.url)

    async def xml(self, params: dict[str, Any], url: str = "") -> etree._Element:
        """GET an XML document that is not an exception report."""
        return not_exception(await self.ask.xml(url or self.url, params))

    async def post(self, body: str, url: str = "") -> etree._Element:
        """POST an XML query; its answer must be XML and not an exception report."""
        headers = {"content-type": "application/xml; charset=utf-8", "accept": "application/xml"}
        answer = await self.ask.send("POST", url or self.url, headers=headers, body=body.encode())
        return not_exception(xml_of(success(answer)))

    def first(self, kind: str) -> Any:
        """The first member of a kind; raise Missing when there is none."""
        members = self.service.members.get(kind) or ()
        if not members:
            raise Missing("le service ne propose rien à lire", "the service offers nothing to read")
        return members[0]


StepFunction = Callable[[Visit], Awaitable[Text | None]]


def replay(
    client_id: str, title: str, version: str, protocol: str, *steps: tuple[str, StepFunction]
) -> Client:
    """Declare a client by the requests it sends."""

    async def run(service: Any, ask: Ask) -> list[Step]:
        return await _walk(service, ask, steps)

    return Client(client_id, title, version, "replay", (protocol,), run)


async def _walk(service: Any, ask: Ask, steps: tuple[tuple[str, StepFunction], ...]) -> list[Step]:
    done: list[Step] = []
    notes: dict[str, Any] = {}
    for name, function in steps:
        visit = Visit(service, Ask(ask.scope), notes)
        outcome, message = await _try(function, visit)
        proof = tuple(visit.ask.used[-6:]) or (
            done[-1].evidence if done else ()
        )  # a step may read an earlier answer
        done.append(Step(name, outcome, message, proof))
        if outcome is not Outcome.PASSED:
            break
    after = Text("une étape précédente n'a pas abouti", "an earlier step did not succeed")
    return done + [Step(name, Outcome.UNTESTED, after) for name, _ in steps[len(done) :]]


async def _try(function: StepFunction, visit: Visit) -> tuple[Outcome, Text]:
    try:
        return Outcome.PASSED, await function(visit) or NOTHING
    except Refused as refused:
        return Outcome.FAILED, refused.message
    except Missing as missing:
        return Outcome.INAPPLICABLE, missing.message
    except (BadStatus, BadDocument) as error:
        return Outcome.FAILED, error.message
    except Unusable as error:
        untested = error.code in ("budget", "not-recorded", "robots")
        return Outcome.UNTESTED if untested else Outcome.CANT_TELL, error.message


def not_exception(root: etree._Element) -> etree._Element:
    """Return the document; raise Refused when it is an exception report."""
    if is_ows_exception(root):
        said = " ".join("".join(str(part) for part in root.itertext()).split())[:200]
        raise Refused(
            f"le service répond par une exception : {said}", f"the service answers with an exception: {said}"
        )
    return root


def named(root: etree._Element, *names: str) -> list[etree._Element]:
    """Every element with one of those local names."""
    return [element for element in root.iter(etree.Element) if local(element) in names]


def counted(number: int, fr: str, en: str) -> Text:
    return Text(f"{number} {fr}", f"{number} {en}")
