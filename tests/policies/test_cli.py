"""`cicclo policies`: from the command line, files to answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from cicclo.kernel.errors import BadInput
from cicclo.policies.cli import app
from cicclo.policies.model import GEO, ODRL, PROFILE
from cicclo.policies.reading import read

POLICY = f"""@prefix odrl: <{ODRL}> . @prefix cicclo: <{GEO}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:p> a odrl:Agreement ; odrl:profile <{PROFILE}> ; odrl:assigner <urn:ign> ; odrl:assignee <urn:ddt> ;
  odrl:permission <urn:r> .
<urn:r> odrl:target <urn:layer> ; odrl:action odrl:read ;
  odrl:constraint [ odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lteq ; odrl:rightOperand "2026-10-31"^^xsd:date ],
    [ odrl:leftOperand cicclo:acr ; odrl:operator odrl:gteq ; odrl:rightOperand "eidas2" ] ."""
REQUEST = f"""@prefix odrl: <{ODRL}> . <urn:q> a odrl:Request ; odrl:permission
  [ odrl:assignee <urn:anne> ; odrl:action odrl:read ; odrl:target <urn:layer> ] ."""
STATE = f"""@prefix odrl: <{ODRL}> . @prefix cicclo: <{GEO}> . @prefix fs: <https://w3id.org/odrl-fs#> .
<urn:s> a fs:SotW . <urn:anne> odrl:partOf <urn:ddt> ; cicclo:acr "eidas2" ."""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {"policy": POLICY, "request": REQUEST, "state": STATE}
    for name, text in texts.items():
        (tmp_path / f"{name}.ttl").write_text(text, "utf-8")
    return {name: str(tmp_path / f"{name}.ttl") for name in texts}


def run(*arguments: str) -> int:
    code: Any = app(arguments, result_action="return_value")
    return int(code)


def given(files: dict[str, str]) -> list[str]:
    return [part for name, path in files.items() for part in (f"--{name}", path)]


def test_check_says_nothing_is_wrong(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", files["policy"], "--lang", "en") == 0
    assert capsys.readouterr().out == "0 problem(s), 1 file(s)\n"


def test_check_gives_place_rule_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(POLICY.replace("odrl:target <urn:layer> ;", ""), "utf-8")
    assert run("check", str(wrong), "--json") == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["at"], problem["requirement"], problem["fatal"]) == ("urn:r", "odrl/rule/target", False)
    assert problem["remedy"].startswith("Ajouter « target »")


@pytest.mark.parametrize(("at", "decision"), [("2026-10-31", "permit"), ("2026-11-02", "deny")])
def test_evaluate_gives_the_report(
    files: dict[str, str], at: str, decision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("evaluate", *given(files), "--at", at) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["decision"] == decision
    (rule,) = report["policyReports"][0]["ruleReports"]
    assert rule["activationState"] == ("Active" if decision == "permit" else "Inactive")


def test_explain_says_why_and_its_code_says_what(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("explain", *given(files), "--at", "2026-11-02", "--lang", "en") == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "- Refused because the policy “urn:p” ended on 2026-10-31."
    assert said[2].startswith("→ ask for the right to be renewed")
    assert run("decide", *given(files), "--at", "2026-10-30") == 0
    assert run("explain", "--policy", files["policy"], "--who", "urn:layer") == 0
    assert "urn:ddt  read" in capsys.readouterr().out


def test_compile_writes_the_target(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("compile", "cql2", *given(files), "--at", "2026-10-30") == 0
    assert json.loads(capsys.readouterr().out)["operations"]["items"] == {}
    options = ["--option", "role=R", "--option", "workspace=w", "--option", "layer=l", "--lang", "en"]
    assert run("compile", "geoserver-acl", *given(files), "--at", "2026-10-30", *options) == 0
    said = capsys.readouterr()
    assert len(json.loads(said.out)["rules"]) == 4
    assert "“dateTime” does not exist in GeoServer ACL" in said.err
    with pytest.raises(BadInput, match="unknown target"):
        run("compile", "x", *given(files))


@pytest.mark.parametrize("form", ["json", "turtle"])
def test_write_gives_the_policy_back(
    files: dict[str, str], form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("write", files["policy"], "--format", form) == 0
    assert read(capsys.readouterr().out.encode()) == read(POLICY.encode())


def test_an_unknown_profile_stops_the_evaluation(files: dict[str, str]) -> None:
    Path(files["policy"]).write_text(POLICY.replace(PROFILE, "https://ex.org/profile"), "utf-8")
    with pytest.raises(BadInput, match="unknown profile"):
        run("evaluate", *given(files))


def test_datapass_makes_agreements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    habilitation = {
        "id": 911,
        "state": "active",
        "revoked": False,
        "definition_id": "geo-dyn",
        "data": {"scopes": ["s"]},
        "organisation": {"siret": "21330063500017"},
    }
    (tmp_path / "h.json").write_text(json.dumps([habilitation]), "utf-8")
    (tmp_path / "t.json").write_text(json.dumps({"geo-dyn": {"s": {"targets": ["urn:layer"]}}}), "utf-8")
    arguments = ["datapass", str(tmp_path / "h.json"), "--table", str(tmp_path / "t.json")]
    assert run(*arguments, "--assigner", "https://ex.org", "--format", "turtle") == 0
    (policy,) = read(capsys.readouterr().out.encode())
    assert (policy.kind, policy.uid) == ("Agreement", "https://ex.org/policies/H911")


def test_a_licence_is_written_for_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--target", "https://ex.org/layer", "--assigner", "https://ex.org/ign", "--lang", "en"]
    assert run("licence", "lov2", *arguments) == 0
    said = capsys.readouterr()
    assert read(said.out.encode())[0].uid == "https://ex.org/layer#lov2"
    assert "the date of the last update" in said.err
    with pytest.raises(BadInput, match="unknown licence"):
        run("licence", "mit", *arguments)
    with pytest.raises(BadInput, match="malformed IRI"):
        run("licence", "lov2", "--target", "https://ex.org/a> a <x", "--assigner", "https://ex.org/ign")
