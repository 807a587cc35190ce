"""A DataPass habilitation → an ODRL agreement; what its scopes open is a table of the data provider.

A right holds while the habilitation is `active` and not `revoked`, whatever the state of its demande (which is
`draft` while it is being reopened). Both spellings of the API and of the webhook are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.policies.model import (
    DCT,
    GEO,
    ODRL,
    PROFILE,
    XSD,
    Action,
    Asset,
    Condition,
    Constraint,
    Iri,
    Kind,
    Literal,
    Party,
    Policy,
    Rule,
    Strategy,
)
from cicclo.policies.situation import State

BASE = "https://datapass.api.gouv.fr/api/v1/habilitations/"
_SIRET = re.compile(r"\d{14}")
_SCOPE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Habilitation:
    """`source` is its address: it goes into the policy, and sentences name it by its number."""

    number: int
    definition: str
    siret: str
    scopes: tuple[str, ...]
    active: bool
    since: datetime | None = None
    title: str = ""
    legal_basis: str = ""
    demande: int = 0

    @property
    def name(self) -> str:
        return f"H{self.number}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What one scope of one definition opens: kept by the provider in its configuration.

    `until` ends the right, since DataPass has no expiry; `by_siren` lets every establishment of the organisation in.
    """

    targets: tuple[str, ...]
    actions: tuple[str, ...] = ("read",)
    extent: str = ""
    attributes: tuple[str, ...] = ()
    until: str = ""
    purpose: str = ""
    by_siren: bool = False


Table = Mapping[tuple[str, str], Opening]
"""Definition and scope → what it opens; a scope that is not in it opens nothing."""


def table(document: Mapping[str, Any]) -> Table:
    """Read the provider's configuration: definition → scope → targets, actions, extent, attributes, until…."""
    return {
        (definition, scope): _opening(f"{definition}/{scope}", said)
        for definition, scopes in document.items()
        for scope, said in scopes.items()
    }


def _opening(at: str, said: Mapping[str, Any]) -> Opening:
    names = ", ".join(Opening.__slots__)
    remedy = Text(f"clés attendues : {names}", f"expected keys: {names}")
    if unknown := sorted(set(said) - set(Opening.__slots__)):
        raise _wrong(at, f"clés inconnues {unknown}", f"unknown keys {unknown}", remedy)
    if not said.get("targets"):
        raise _wrong(at, "aucune cible", "no target", remedy)
    try:
        return msgspec.convert(said, Opening)
    except msgspec.ValidationError as error:
        raise _wrong(at, f"table des scopes ({error})", f"table of scopes ({error})", remedy) from error


def habilitations(document: Any) -> list[Habilitation]:
    """Read those of a demande, of a webhook's body, of a list, or one alone."""
    if isinstance(document, list):
        return [each for item in document for each in habilitations(item)]
    if not isinstance(document, Mapping):
        raise _wrong("", "un objet ou une liste est attendu", "an object or a list is expected")
    if isinstance(document.get("data"), Mapping) and "event" in document:
        return habilitations(document["data"])
    below = document.get("habilitations", document.get("authorizations"))
    if below is None:
        return [_habilitation(document, document)]
    return [_habilitation(item, document) for item in below]


def _habilitation(item: Mapping[str, Any], demande: Mapping[str, Any]) -> Habilitation:
    number = item.get("id")
    organisation = demande.get("organisation") or demande.get("organization") or {}
    siret = str(organisation.get("siret", ""))
    at = f"H{number}"
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise _wrong(at, "numéro d'habilitation absent", "the habilitation has no number")
    if not _SIRET.fullmatch(siret):
        raise _wrong(
            at, f"SIRET « {siret} »", f"SIRET “{siret}”", Text("14 chiffres attendus", "14 digits expected")
        )
    data = item.get("data") or {}
    whole = {**(demande.get("data") or {}), **data}
    return Habilitation(
        number=number,
        definition=str(item.get("definition_id") or demande.get("definition_id") or ""),
        siret=siret,
        scopes=tuple(_scopes(data.get("scopes"), at)),
        active=item.get("state") == "active" and item.get("revoked") is False,
        since=_moment(item.get("created_at"), at),
        title=str(whole.get("intitule") or ""),
        legal_basis=str(whole.get("cadre_juridique_nature") or ""),
        demande=_demande(item, demande),
    )


def _demande(item: Mapping[str, Any], demande: Mapping[str, Any]) -> int:
    number = item.get("request_id") or (demande.get("id") if demande is not item else 0)
    return number if isinstance(number, int) else 0


def _scopes(said: Any, at: str) -> Iterator[str]:
    """Scopes are free data: each is a short word, or the habilitation is refused."""
    for scope in said or ():
        if not isinstance(scope, str) or not _SCOPE.fullmatch(scope):
            raise _wrong(at, f"scope inattendu : {scope!r}", f"unexpected scope: {scope!r}")
        yield scope


def _moment(said: Any, at: str) -> datetime | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise _wrong(at, f"date « {said} »", f"date “{said}”") from error
    if found.tzinfo is None:
        raise _wrong(at, f"date sans fuseau « {said} »", f"date without a time zone “{said}”")
    return found


def agreement(habilitation: Habilitation, opens: Table, assigner: str) -> Policy | None:
    """Return the agreement of an habilitation; None when its scopes open nothing.

    One that ended has its agreement too: it opens nothing, since its habilitation is no longer in the state, and it
    lets a refusal say so.
    """
    uid = f"{assigner.rstrip('/')}/policies/{habilitation.name}"
    rules = tuple(_rules(habilitation, opens, assigner, uid))
    if not rules:
        return None
    return Policy(
        uid=uid,
        kind="Agreement",
        rules=rules,
        profiles=(PROFILE,),
        conflict=Strategy.PROHIBIT,
        about=tuple(_about(habilitation)),
    )


def agreements(found: Iterable[Habilitation], opens: Table, assigner: str) -> list[Policy]:
    """Return the agreements, in the order of their numbers."""
    ordered: Sequence[Habilitation] = sorted(found, key=lambda each: each.number)
    return [policy for each in ordered if (policy := agreement(each, opens, assigner))]


def state(agent: str, siret: str, found: Iterable[Habilitation], now: datetime) -> State:
    """Return what DataPass says of an agent of an establishment: its organisation and its habilitations in force."""
    siren = siret[:9]
    held = sorted((e for e in found if e.active and e.siret[:9] == siren), key=lambda each: each.number)
    return State(
        now=now,
        members={agent: (f"urn:siret:{siret}",), f"urn:siret:{siret}": (f"urn:siren:{siren}",)},
        facts={
            agent: {
                f"{GEO}siret": (Literal(siret),),
                f"{GEO}habilitation": tuple(Literal(each.name) for each in held),
                f"{GEO}legalBasis": tuple(Literal(each.legal_basis) for each in held if each.legal_basis),
            }
        },
    )


def _about(habilitation: Habilitation) -> Iterator[tuple[str, Iri | Literal]]:
    yield f"{DCT}source", Iri(f"{BASE}{habilitation.name}")
    if habilitation.title:
        yield f"{DCT}title", Literal(habilitation.title, language="fr", datatype=f"{XSD}string")


def _rules(habilitation: Habilitation, opens: Table, assigner: str, uid: str) -> Iterator[Rule]:
    for scope in habilitation.scopes:
        opening = opens.get((habilitation.definition, scope))
        if opening is None:
            continue
        for number, (target, action) in enumerate(
            ((target, action) for target in opening.targets for action in opening.actions), 1
        ):
            yield Rule(
                kind=Kind.PERMISSION,
                uid=f"{uid}#{scope}-{number}",
                action=Action(action if ":" in action else ODRL + action),
                target=_target(target, opening),
                assigner=Party(assigner),
                assignee=Party(_party(habilitation.siret, opening)),
                constraints=tuple(_constraints(habilitation, opening)),
            )


def _party(siret: str, opening: Opening) -> str:
    return f"urn:siren:{siret[:9]}" if opening.by_siren else f"urn:siret:{siret}"


def _target(target: str, opening: Opening) -> Asset:
    refinements: list[Condition] = []
    if opening.extent:
        refinements.append(Constraint(f"{GEO}featureExtent", "isPartOf", (Iri(opening.extent),)))
    if opening.attributes:
        names = tuple(Literal(name) for name in sorted(opening.attributes))
        refinements.append(Constraint(f"{GEO}attribute", "isAnyOf", names))
    return (
        Asset(collection=True, source=target, refinements=tuple(refinements))
        if refinements
        else Asset(target)
    )


def _constraints(habilitation: Habilitation, opening: Opening) -> Iterator[Condition]:
    yield Constraint(f"{GEO}habilitation", "eq", (Literal(habilitation.name),))
    if opening.by_siren:
        yield Constraint(f"{GEO}siren", "eq", (Literal(habilitation.siret[:9]),))
    else:
        yield Constraint(f"{GEO}siret", "eq", (Literal(habilitation.siret),))
    if habilitation.since:
        since = Literal(habilitation.since.isoformat(), f"{XSD}dateTime")
        yield Constraint(f"{ODRL}dateTime", "gteq", (since,))
    if opening.until:
        yield Constraint(f"{ODRL}dateTime", "lteq", (Literal(opening.until, f"{XSD}date"),))
    if opening.purpose:
        yield Constraint(f"{ODRL}purpose", "isA", (Iri(opening.purpose),))


def _wrong(at: str, fr: str, en: str, remedy: Text = NOTHING) -> BadInput:
    return BadInput(
        Text(f"habilitation DataPass : {fr}", f"DataPass habilitation: {en}"), at=at, remedy=remedy
    )
