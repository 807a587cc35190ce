"""A platform's catalogue says that its files follow a schema: the audit validates them, and its evidence replays.

A DCAT catalogue in JSON-LD, two tables (one right, one wrong), their Table Schema and a notice, on a real server.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.test_save_and_replay import cicclo, verdicts

from cicclo.probes.examples.declared import DESCRIPTOR
from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

MET = "data/declared-schema/met"
RIGHT = "identifiant,essence,hauteur\nA1,tilleul,12.5\nA2,platane,18\n"
WRONG = 'identifiant,essence,hauteur\nA1,tilleul,"12,5"\nA1,baobab,18\n'
BASE = "https://good.example"


def dataset(name: str, **distribution: Any) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "@id": f"{BASE}/dataset/{name}",
        "dct:identifier": name,
        "dct:title": f"Arbres {name}",
        "dcat:distribution": {
            "@type": "dcat:Distribution",
            "@id": f"{BASE}/dataset/{name}/csv",
            "dcat:downloadURL": {"@id": f"{BASE}/files/{name}.csv"},
            "dcat:accessURL": {"@id": f"{BASE}/files/{name}.csv"},
            **distribution,
        },
    }


def catalogue() -> dict[str, Any]:
    schema = {"dct:conformsTo": {"@id": f"{BASE}/schema.json"}}
    described = {
        "dct:conformsTo": {
            "@type": "dct:Standard",
            "dct:title": "exemple/arbres",
            "dct:source": {"@id": f"{BASE}/schema.json"},
        }
    }
    law = {"dct:conformsTo": {"@id": f"{BASE}/law.html"}}
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Catalog",
        "@id": f"{BASE}/catalog.jsonld",
        "dcat:dataset": [
            dataset("right", **schema),
            dataset("wrong", **schema),
            dataset("described", **described),
            dataset("plain"),
            dataset("lawful", **law),
            dataset("huge", **schema),
        ],
    }


def handle(request: Request) -> Reply | None:
    match request.url.removeprefix(BASE):
        case "/catalog.jsonld":
            return Reply.json(catalogue(), "application/ld+json")
        case "/schema.json":
            return Reply.json(DESCRIPTOR)
        case "/law.html":
            return Reply.text("<!doctype html><title>Loi</title>", "text/html")
        case "/files/wrong.csv":
            return Reply.text(WRONG, "text/csv")
        case "/files/huge.csv":
            return Reply.text(RIGHT + "A3,tilleul,1\n" * (3 << 20), "text/csv")
        case path if path.startswith("/files/"):
            return Reply.text(RIGHT, "text/csv")
    return None


@pytest.fixture
def saved(served: Callable[..., str], tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    public = served({"data": Site(BASE, handle, "/catalog.jsonld")})
    proof = tmp_path / "proof.zip"
    arguments = ("--allow-private", "--pace", "0", "--sample", "0", "--json", "--save", str(proof))
    run = cicclo("audit", f"{public}/data/catalog.jsonld", *arguments, cwd=tmp_path)
    assert run.returncode == 1, run.stderr
    return proof, json.loads(run.stdout)


def test_declared_files_are_validated_in_the_report(saved: tuple[Path, dict[str, Any]]) -> None:
    """Right passes, wrong fails at its first cell with the requirements it breaks, what declares nothing has no object."""
    _proof, report = saved
    found = {f["subject"].rpartition("/")[2]: f for f in report["findings"] if f["requirement"] == MET}
    outcomes = {name: finding["outcome"] for name, finding in found.items()}
    assert outcomes == {
        "right": "passed",
        "described": "passed",
        "wrong": "failed",
        "plain": "inapplicable",
        "lawful": "inapplicable",
        "huge": "untested",
    }
    wrong = found["wrong"]
    assert wrong["at"].partition("#")[2].startswith("cell=")
    assert wrong["code"].startswith("tableschema/")
    assert "tableschema/constraint/enum" in wrong["message"]["en"]
    assert "tableschema/type/number" in wrong["message"]["en"]
    assert len(wrong["evidence"]) >= 2
    assert found["huge"]["code"] == "too-large"


def test_the_evidence_gives_the_same_verdicts_offline(
    saved: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """File and schema are in the package: another machine validates the same bytes, to the word."""
    proof, report = saved
    run = cicclo("audit", "--replay", str(proof), "--json", cwd=tmp_path)
    replayed = json.loads(run.stdout)
    assert verdicts(replayed) == verdicts(report)
    messages = [
        [f["message"] for f in each["findings"] if f["requirement"] == MET] for each in (report, replayed)
    ]
    assert messages[0] == messages[1]
    assert len(messages[0]) == 6
