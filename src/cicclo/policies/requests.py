"""Graph → request and state of the world, in the three writings that are in use.

* ODRL: an `odrl:Request` whose permission says who wants to do what; its constraints with `eq` are what it claims.
* The formal semantics' draft: `sotw:EvaluationRequest` with parameters, `sotw:SotW` with contexts (payments).
* The test suite: `temp:currentTime dct:issued`, `odrl:partOf`, reports of duties.

In a state, every property of a subject that is a left operand we know is a fact about it.
"""

from collections.abc import Iterator
from datetime import datetime

from rdflib import RDF, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies import terms
from cicclo.policies.loading import load
from cicclo.policies.model import DCT, GEO, ODRL, Constraint, Literal, Term
from cicclo.policies.operands import Unfit
from cicclo.policies.operands.date_time import moment
from cicclo.policies.reading import Reader, term
from cicclo.policies.situation import Deontic, Event, Facts, Request, State

SOTW = "https://w3id.org/force/sotw#"
FS = "https://w3id.org/odrl-fs#"
REPORT = "https://w3id.org/force/compliance-report#"
PAY = "https://www.epimorphics.com/guide-to-the-payments-ontology/"
NOW = f"{SOTW}CurrentXSDDateTime"
_CURRENT = (f"{FS}currentTime", f"{SOTW}currentTime")
_DEONTIC = {"Fulfilled": Deontic.FULFILLED, "Violated": Deontic.VIOLATED}


def read_request(content: bytes, at: str = "") -> Request:
    """Read the one request of a JSON-LD or Turtle text."""
    return request(load(content, at), at)


def request(graph: Graph, at: str = "") -> Request:
    asked = [node for kind in (ODRL + "Request",) for node in graph.subjects(RDF.type, URIRef(kind))]
    if asked:
        return _odrl(graph, min(asked, key=str), at)
    for kind in (f"{SOTW}EvaluationRequest", f"{FS}EvaluationRequest"):
        for node in graph.subjects(RDF.type, URIRef(kind)):
            return _draft(graph, node)
    raise _no_request(at)


def _no_request(at: str) -> BadInput:
    return BadInput(
        Text("aucune demande dans ce texte", "no request in this text"),
        at=at,
        remedy=Text(
            "écrire un odrl:Request avec une permission : assignee, action, target",
            "write an odrl:Request with a permission: assignee, action, target",
        ),
    )


def _odrl(graph: Graph, node: Node, at: str) -> Request:
    reader = Reader(graph)
    rule = reader.one(node, "permission")
    action = reader.one(rule, "action") if rule is not None else None
    if rule is None or action is None:
        raise _no_request(at)
    found = reader.action(action)
    conditions = [
        reader.condition(part) for name in ("constraint", "refinement") for part in reader.objects(rule, name)
    ]
    claims: dict[str, tuple[Term, ...]] = {}
    for condition in (*conditions, *found.refinements):
        if isinstance(condition, Constraint) and condition.operator in {"eq", "isAnyOf"}:
            claims[condition.left] = claims.get(condition.left, ()) + condition.right
    return Request(
        action=found.iri,
        target=_text(reader.one(rule, "target")),
        party=_text(reader.one(rule, "assignee")),
        facts=claims,
        uid=str(node),
        rule=str(rule),
    )


def _draft(graph: Graph, node: Node) -> Request:
    def said(*names: str) -> str:
        values = (graph.value(node, URIRef(name)) for name in names)
        return next((str(value) for value in values if value is not None), "")

    facts: dict[str, tuple[Term, ...]] = {}
    for parameter in graph.objects(node, URIRef(f"{SOTW}requestParameter")):
        feature = graph.value(parameter, URIRef(f"{SOTW}describesFeature"))
        value = graph.value(parameter, URIRef(f"{SOTW}value"))
        if feature is not None and value is not None and (read := _parameter(graph, value)) is not None:
            facts[str(feature)] = (read,)
    return Request(
        action=said(f"{SOTW}evaluatedAction", f"{FS}requestedAction", f"{ODRL}action"),
        target=said(f"{SOTW}evaluatedTarget", f"{FS}requestedTarget", f"{ODRL}target"),
        party=said(f"{SOTW}evaluatedParty", f"{FS}requestingParty", f"{ODRL}assignee"),
        facts=facts,
        uid=str(node),
    )


def _parameter(graph: Graph, value: Node) -> Term | None:
    """The draft's own example B1 writes a number as a node of type xsd:integer whose name is the number."""
    datatype = graph.value(value, RDF.type) if not isinstance(value, RdfLiteral) else None
    if datatype is not None:
        return Literal(str(value).rpartition("/")[2], str(datatype))
    return term(value)


def read_state(content: bytes, now: datetime, at: str = "") -> State:
    """Read a state; `now` is used when it does not say its time."""
    return state(load(content, at), now)


def state(graph: Graph, now: datetime) -> State:
    nodes = [node for kind in (f"{SOTW}SotW", f"{FS}SotW") for node in graph.subjects(RDF.type, URIRef(kind))]
    return State(
        now=_moment(_current(graph)) or now,
        members={
            str(part): tuple(sorted(map(str, graph.objects(part, URIRef(f"{ODRL}partOf")))))
            for part in set(graph.subjects(URIRef(f"{ODRL}partOf")))
        },
        facts=_facts(graph, set(nodes)),
        events=tuple(_events(graph)),
        reports=dict(_reports(graph)),
        uid=str(nodes[0]) if nodes else "",
    )


def at_the_time_of(asked: Request, world: State) -> State:
    """A request of the draft carries its own time, when no state was given with it."""
    said = asked.facts.get(NOW, ())
    when = _moment(said[0]) if said else None
    return (
        State(when, world.members, world.facts, world.events, world.reports, world.counts) if when else world
    )


def _current(graph: Graph) -> Term | None:
    for predicate in _CURRENT:
        for value in graph.objects(None, URIRef(predicate)):
            return term(value)
    for subject, value in graph.subject_objects(URIRef(f"{DCT}issued")):
        if str(subject).endswith("currentTime"):
            return term(value)
    return None


def _moment(value: Term | None) -> datetime | None:
    try:
        found = moment(value) if value is not None else None
    except Unfit:
        return None
    return found if isinstance(found, datetime) else None


def _facts(graph: Graph, worlds: set[Node]) -> dict[str, Facts]:
    """What is said of each subject; of the state itself, it is of the world."""
    found: dict[str, dict[str, tuple[Term, ...]]] = {}
    for subject, predicate, value in sorted(graph, key=str):
        name = str(predicate)
        read = term(value)
        if read is None or not (terms.known_left(name) or name.startswith(GEO)):
            continue
        about = found.setdefault("" if subject in worlds else str(subject), {})
        about[name] = (*about.get(name, ()), read)
    return dict(found)


def _events(graph: Graph) -> Iterator[Event]:
    """Contexts of a state: what was done, and payments in the words of the draft's examples."""
    for node in sorted(set(graph.objects(None, URIRef(f"{SOTW}context"))), key=str):
        paid = graph.value(node, URIRef(f"{PAY}netAmount"))
        amount = term(paid) if paid is not None else None
        facts: Facts = _facts(graph, set()).get(str(node), {})
        when = graph.value(node, URIRef(f"{PAY}paymentDate")) or graph.value(node, URIRef(f"{DCT}date"))
        yield Event(
            action=_said(graph, node, f"{ODRL}action") or (f"{ODRL}compensate" if amount is not None else ""),
            duty=_said(graph, node, f"{SOTW}conditionID", f"{SOTW}conditionId"),
            party=_said(graph, node, f"{PAY}payer", f"{ODRL}assignee"),
            target=_said(graph, node, f"{ODRL}target"),
            when=_moment(term(when)) if when is not None else None,
            facts={**facts, f"{ODRL}payAmount": (amount,)} if amount is not None else facts,
        )


def _said(graph: Graph, node: Node, *names: str) -> str:
    return next((str(found) for name in names if (found := graph.value(node, URIRef(name))) is not None), "")


def _reports(graph: Graph) -> Iterator[tuple[str, Deontic]]:
    for report in graph.subjects(RDF.type, URIRef(f"{REPORT}DutyReport")):
        rule = graph.value(report, URIRef(f"{REPORT}rule"))
        state = graph.value(report, URIRef(f"{REPORT}deonticState"))
        if rule is not None:
            yield str(rule), _DEONTIC.get(str(state).removeprefix(REPORT), Deontic.NOT_SET)


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)
