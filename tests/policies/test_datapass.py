"""From a DataPass approval to a filtered layer, and back to nothing when the habilitation ends."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from cicclo.kernel.errors import BadInput
from cicclo.policies import datapass
from cicclo.policies.deciding import decide
from cicclo.policies.explaining import explain
from cicclo.policies.model import ODRL
from cicclo.policies.reading import read
from cicclo.policies.shapes import judge, problems
from cicclo.policies.situation import Request
from cicclo.policies.targets import TARGETS
from cicclo.policies.targets._restriction import Asked
from cicclo.policies.writing import json_text

# own values, in the shape of DataPass' OpenAPI contract (GET /demandes/{id})
DEMANDE: dict[str, Any] = {
    "id": 4102,
    "definition_id": "geodonnees-dyn",
    "state": "validated",
    "data": {
        "intitule": "Suivi des digues",
        "scopes": ["parcelles_lecture"],
        "cadre_juridique_nature": "CRPA L114-8",
    },
    "habilitations": [
        {
            "id": 911,
            "slug": None,
            "revoked": False,
            "state": "active",
            "created_at": "2026-01-20T14:05:00+01:00",
            "data": {"scopes": ["parcelles_lecture"]},
            "definition_id": "geodonnees-dyn",
        }
    ],
    "organisation": {"id": 77, "siret": "21330063500017", "insee_payload": {}},
}
LAYER = "https://data.example.org/collections/parcelles"
TABLE = datapass.table(
    {
        "geodonnees-dyn": {
            "parcelles_lecture": {
                "targets": [LAYER],
                "actions": ["read"],
                "extent": "http://id.insee.fr/geo/departement/33",
                "attributes": ["id", "surface"],
                "until": "2026-12-31",
            }
        }
    }
)
ASSIGNER, AGENT = "https://data.example.org", "urn:agent:anne"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
ASKED = Request(f"{ODRL}read", LAYER, AGENT)


def changed(**values: Any) -> dict[str, Any]:
    """The demande, with its habilitation changed."""
    document = copy.deepcopy(DEMANDE)
    document["habilitations"][0] |= values
    return document


def answer(
    document: Any, siret: str = "21330063500017", now: datetime = NOW, table: datapass.Table = TABLE
) -> Any:
    found = datapass.habilitations(document)
    policies = datapass.agreements(found, table, ASSIGNER)
    return decide(policies, ASKED, datapass.state(AGENT, siret, found, now))


def test_an_approval_opens_the_rows_and_attributes_of_its_scope() -> None:
    found = datapass.habilitations(DEMANDE)
    policies = tuple(datapass.agreements(found, TABLE, ASSIGNER))
    state = datapass.state(AGENT, "21330063500017", found, NOW)
    asked = Asked(policies, ASKED, state, {"insee": "commune"})
    items = TARGETS["cql2"].compile(asked).document["operations"]["items"]
    assert (items["filter"], items["attributes"]) == ("commune LIKE '33%'", ["id", "surface"])


def test_the_agreement_is_a_correct_policy_and_survives_writing() -> None:
    (policy,) = datapass.agreements(datapass.habilitations(DEMANDE), TABLE, ASSIGNER)
    assert judge(policy) == []
    text = json_text([policy]).encode()
    assert problems(text) == []
    assert read(text)[0].uid == f"{ASSIGNER}/policies/H911"


@pytest.mark.parametrize(
    ("values", "permitted"),
    [
        ({}, True),
        ({"revoked": True}, False),
        ({"state": "revoked", "revoked": True}, False),
        ({"state": "obsolete"}, False),
        ({"state": "obsolete", "revoked": True}, False),
        ({"revoked": None}, False),
        ({"created_at": "2026-11-29T00:00:00+01:00"}, False),
    ],
)
def test_a_right_holds_while_the_habilitation_is_active_and_not_revoked(
    values: dict[str, Any], *, permitted: bool
) -> None:
    assert answer(changed(**values)).permitted is permitted


def test_a_demande_that_is_reopened_takes_nothing_away() -> None:
    """It is a draft while the habilitation is still in force."""
    assert answer(changed() | {"state": "draft", "reopening": True}).permitted


def test_each_end_has_its_explanation() -> None:
    revoked = explain(answer(changed(revoked=True)))
    assert revoked.reasons[0].fr == (
        "Refusé car l'habilitation H911 n'est pas, ou n'est plus, en vigueur pour votre organisation."
    )
    over = explain(answer(DEMANDE, now=datetime(2027, 1, 1, tzinfo=UTC)))
    assert over.reasons[0].en == "Refused because the habilitation H911 ended on 2026-12-31."
    assert over.reasons[0].fr == "Refusé car l'habilitation H911 a pris fin le 2026-12-31."


def test_another_organisation_sees_nothing_and_learns_nothing() -> None:
    said = explain(answer(DEMANDE, siret="21440109300015"))
    assert "H911" not in str(said)


def test_establishments_of_the_organisation_only_when_the_provider_says_so() -> None:
    other = "21330063500025"
    assert not answer(DEMANDE, siret=other).permitted
    table = datapass.table({"geodonnees-dyn": {"parcelles_lecture": {"targets": [LAYER], "by_siren": True}}})
    assert answer(DEMANDE, siret=other, table=table).permitted


def test_the_webhook_and_its_spellings_say_the_same() -> None:
    """`organization` and `authorizations` there, `organisation` and `habilitations` in the API."""
    data = {key: value for key, value in DEMANDE.items() if key not in {"organisation", "habilitations"}}
    hook = {
        "event": "approve",
        "data": data | {"organization": DEMANDE["organisation"], "authorizations": DEMANDE["habilitations"]},
    }
    assert datapass.habilitations(hook) == datapass.habilitations(DEMANDE)
    item = DEMANDE["habilitations"][0] | {"request_id": 4102, "organisation": DEMANDE["organisation"]}
    (alone,) = datapass.habilitations([item])
    assert (alone.name, alone.siret, alone.demande) == ("H911", "21330063500017", 4102)


def test_a_scope_outside_the_table_opens_nothing() -> None:
    assert (
        datapass.agreements(datapass.habilitations(changed(data={"scopes": ["other"]})), TABLE, ASSIGNER)
        == []
    )


@pytest.mark.parametrize(
    "document",
    [
        changed() | {"organisation": {"siret": "2133006350001X"}},
        changed() | {"organisation": None},
        changed(id=None),
        changed(id="911> a <x"),
        changed(created_at="yesterday"),
        changed(created_at="2026-01-20T14:05:00"),
        changed(data={"scopes": ["a> <b"]}),
        "text",
    ],
)
def test_what_is_not_as_the_contract_says_is_refused(document: Any) -> None:
    with pytest.raises(BadInput):
        datapass.habilitations(document)


def test_a_wrong_table_is_told() -> None:
    with pytest.raises(BadInput, match="unknown keys"):
        datapass.table({"d": {"s": {"targets": [LAYER], "action": "read"}}})
    with pytest.raises(BadInput, match="no target"):
        datapass.table({"d": {"s": {}}})
