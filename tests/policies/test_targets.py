"""What a decision becomes on platforms: CQL2 for OGC APIs, rules for GeoServer ACL; and quotas that last."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import evaluate
from cicclo.ogc.cql2 import json as cql2_json
from cicclo.policies.counting import Counter, exercise
from cicclo.policies.deciding import decide
from cicclo.policies.model import GEO, ODRL
from cicclo.policies.reading import read
from cicclo.policies.situation import Request, State
from cicclo.policies.targets import TARGETS, Compiled
from cicclo.policies.targets._restriction import Asked

CONTRACT = (
    Path(__file__).resolve().parents[3]
    / "shared/data/standards/geoserver-acl/geoserver-acl-web-api-spec-v1.yaml"
)
NOW = datetime(2026, 11, 28, tzinfo=UTC)
PREFIXES = (
    f"@prefix odrl: <{ODRL}> . @prefix cicclo: <{GEO}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
)
GIRONDE = "http://id.insee.fr/geo/departement/33"


def narrowed(left: str, operator: str, right: str) -> str:
    return f"[ odrl:leftOperand {left} ; odrl:operator odrl:{operator} ; odrl:rightOperand {right} ]"


def parcels(target: str = "", extra: str = "", more: str = "") -> str:
    """A permission to read parcels, narrowed."""
    refined = f"; odrl:refinement {target}" if target else ""
    asset = f"[ a odrl:AssetCollection ; odrl:source <https://ex.org/cad:parcels> {refined} ]"
    return f"""{PREFIXES} <urn:p> a odrl:Set ; odrl:profile <https://w3id.org/cicclo/odrl> ;
        odrl:permission [ odrl:target {asset} ; odrl:action odrl:read {extra} ] {more} ."""


def compiled(policy: str, target: str = "cql2", **options: str) -> Compiled:
    request = Request(f"{ODRL}read", "https://ex.org/cad:parcels", "urn:agent")
    asked = Asked(tuple(read(policy.encode())), request, State(NOW), {"insee": "code_commune"}, options)
    return TARGETS[target].compile(asked)


EXTENT = narrowed("cicclo:featureExtent", "isPartOf", f"<{GIRONDE}>")


def test_a_territory_is_a_filter_on_the_column_of_the_data_set() -> None:
    found = compiled(parcels(EXTENT)).document["operations"]["items"]
    assert (found["filter"], found["filter-lang"]) == ("code_commune LIKE '33%'", "cql2-text")
    rows = [{"code_commune": code} for code in ("33063", "44109", "3")]
    keeps = cql2_json.parse(found["filter-json"])
    assert [evaluate.matches(keeps, row) for row in rows] == [True, False, False]


def test_a_row_filter_is_joined_with_the_territory() -> None:
    both = f"{EXTENT}, {narrowed('cicclo:rowFilter', 'eq', chr(34) + 'surface > 100' + chr(34))}"
    found = compiled(parcels(both)).document["operations"]["items"]
    assert set(found["filter"].split(" AND ")) == {"code_commune LIKE '33%'", "surface > 100"}


def test_a_filter_that_cannot_be_read_opens_nothing() -> None:
    broken = narrowed("cicclo:rowFilter", "eq", '"surface >"')
    assert compiled(parcels(broken)).document["permitted"] is False


def test_masks_of_permissions_and_prohibitions_meet() -> None:
    """Shown: a, b, c; then c is prohibited."""
    seen = narrowed("cicclo:attribute", "isAnyOf", '"a", "b", "c"')
    hidden = narrowed("cicclo:attribute", "isAnyOf", '"c"')
    more = f"""; odrl:conflict odrl:prohibit ; odrl:prohibition [ odrl:action odrl:read ; odrl:target
        [ a odrl:AssetCollection ; odrl:source <https://ex.org/cad:parcels> ; odrl:refinement {hidden} ] ]"""
    assert compiled(parcels(seen, more=more)).document["operations"]["items"] == {"attributes": ["a", "b"]}


def test_a_prohibition_of_all_but_some_attributes() -> None:
    """`isNoneOf` in a prohibition: every other attribute is prohibited."""
    kept = narrowed("cicclo:attribute", "isNoneOf", '"a", "b"')
    more = f"""; odrl:conflict odrl:prohibit ; odrl:prohibition [ odrl:action odrl:read ; odrl:target
        [ a odrl:AssetCollection ; odrl:source <https://ex.org/cad:parcels> ; odrl:refinement {kept} ] ]"""
    assert compiled(parcels(more=more)).document["operations"]["items"] == {"attributes": ["a", "b"]}


def test_two_permissions_never_give_a_row_an_attribute_that_neither_gives() -> None:
    """One gives all rows without `owner`, one gives Gironde with `owner`: rows are joined, attributes met."""
    masked = narrowed("cicclo:attribute", "isNoneOf", '"owner"')
    more = f"""; odrl:permission [ odrl:action odrl:read ; odrl:target
        [ a odrl:AssetCollection ; odrl:source <https://ex.org/cad:parcels> ; odrl:refinement {EXTENT} ] ]"""
    assert compiled(parcels(masked, more=more)).document["operations"]["items"] == {"masked": ["owner"]}


def test_only_permitted_operations_are_written() -> None:
    only = f"; odrl:constraint {narrowed('cicclo:operation', 'isAnyOf', chr(34) + 'getMap' + chr(34))}"
    assert list(compiled(parcels(extra=only)).document["operations"]) == ["GetMap"]


@pytest.mark.parametrize("target", ["cql2", "geoserver-acl"])
def test_who_may_read_may_not_write(target: str) -> None:
    """Transactions need `modify`."""
    reads, writes = (
        compiled(parcels().replace("odrl:read", f"odrl:{action}"), target, role="R")
        for action in ("read", "use")
    )
    assert "Transaction" not in str(reads.document)
    assert "Transaction" in str(writes.document)


def test_a_prohibited_territory_is_taken_out() -> None:
    more = f"""; odrl:conflict odrl:prohibit ; odrl:prohibition [ odrl:action odrl:read ; odrl:target
        [ a odrl:AssetCollection ; odrl:source <https://ex.org/cad:parcels> ; odrl:refinement {EXTENT} ] ]"""
    assert (
        compiled(parcels(more=more)).document["operations"]["items"]["filter"]
        == "code_commune NOT LIKE '33%'"
    )


@pytest.mark.skipif(not CONTRACT.is_file(), reason="../shared/data/standards/geoserver-acl is absent")
def test_geoserver_acl_rules_follow_its_contract() -> None:
    """Each rule and its layer details, against the published OpenAPI; the last one refuses."""
    seen = narrowed("cicclo:attribute", "isAnyOf", '"a", "b"')
    document = compiled(parcels(f"{EXTENT}, {seen}"), "geoserver-acl", role="ROLE_DDT33").document
    spec = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]
    for each in document["rules"]:
        assert set(each["rule"]) <= set(spec["Rule"]["properties"])
        assert each["rule"]["access"] in spec["GrantType"]["enum"]
        assert set(each["layerDetails"] or {}) <= set(spec["LayerDetails"]["properties"])
        for attribute in (each["layerDetails"] or {}).get("layerAttributes", []):
            assert attribute["access"] in spec["LayerAttribute"]["properties"]["access"]["enum"]
    first, *_, last = document["rules"]
    assert first["rule"] | {"workspace": "cad", "layer": "parcels", "priority": 10} == first["rule"]
    assert first["layerDetails"]["cqlFilterRead"] == "code_commune LIKE '33%'"
    assert last["rule"]["access"] == "DENY"
    assert [each["rule"]["priority"] for each in document["rules"]] == [10, 20, 30, 40]


def test_what_geoserver_acl_cannot_say_is_told_and_not_opened() -> None:
    """A date is a loss; a filter that ECQL has not, or a mask without the list of attributes, closes the operation."""
    until = f"; odrl:constraint {narrowed('odrl:dateTime', 'lteq', chr(34) + '2026-12-31' + chr(34) + '^^xsd:date')}"
    found = compiled(parcels(EXTENT, until), "geoserver-acl", role="R")
    assert ["dateTime" in loss.message.en for loss in found.losses] == [True]
    spatial = narrowed("cicclo:rowFilter", "eq", '"S_INTERSECTS(geom, POINT(0 45))"')
    for refinement in (spatial, narrowed("cicclo:attribute", "isNoneOf", '"owner"')):
        closed = compiled(parcels(refinement), "geoserver-acl", role="R")
        assert [each["rule"]["access"] for each in closed.document["rules"]] == ["DENY"]
        assert any("operation refused" in loss.message.en for loss in closed.losses)
    with pytest.raises(BadInput, match="role"):
        compiled(parcels(), "geoserver-acl")


def test_a_mask_with_the_list_of_attributes_is_written_whole() -> None:
    masked = narrowed("cicclo:attribute", "isNoneOf", '"owner"')
    found = compiled(parcels(masked), "geoserver-acl", role="R", attributes="id, owner, surface").document
    assert found["rules"][0]["layerDetails"]["layerAttributes"] == [
        {"name": "id", "access": "READONLY"},
        {"name": "owner", "access": "NONE"},
        {"name": "surface", "access": "READONLY"},
    ]


def test_geonetwork_privileges_are_all_or_nothing() -> None:
    """`use` gives the four operations; in part, none, and it is told; a date is a loss."""
    whole = parcels().replace("odrl:read", "odrl:use")
    found = compiled(whole, "geonetwork", group="7")
    operations = {"view": True, "dynamic": True, "download": True, "editing": True}
    assert found.document == {"clear": False, "privileges": [{"group": 7, "operations": operations}]}
    assert found.losses == ()
    only = compiled(parcels(), "geonetwork", group="7").document["privileges"][0]["operations"]
    assert only == {"view": True, "dynamic": False, "download": False, "editing": False}
    part = compiled(parcels(EXTENT), "geonetwork", group="7")
    assert not any(part.document["privileges"][0]["operations"].values())
    assert "nothing is opened" in part.losses[0].message.en
    with pytest.raises(BadInput, match="number of the group"):
        compiled(parcels(), "geonetwork", group="all")


def test_a_quota_is_taken_once_each_even_at_the_same_time(tmp_path: Path) -> None:
    """Twenty ask at once for a quota of seven, on decisions made before any was taken."""
    path = tmp_path / "counts.sqlite"
    counter = Counter(path)
    policies = read(parcels(extra=f"; odrl:constraint {narrowed('odrl:count', 'lteq', '7')}").encode())
    request = Request(f"{ODRL}read", "https://ex.org/cad:parcels", "urn:agent")
    decision = decide(policies, request, State(NOW, counts=counter))
    assert decision.permitted
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: exercise(decision, Counter(path)), range(20)))
    assert sum(taken) == 7
    assert list(counter.values()) == [7]
    assert not decide(policies, request, State(NOW, counts=Counter(path))).permitted


def test_a_permission_without_quota_costs_nothing(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "counts.sqlite")
    request = Request(f"{ODRL}read", "https://ex.org/cad:parcels")
    assert exercise(decide(read(parcels().encode()), request, State(NOW, counts=counter)), counter)
    assert len(counter) == 0
