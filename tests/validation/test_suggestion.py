"""The schema that a file was made for is found among the others."""

from pathlib import Path

import pytest
from tests.validation.made import SHARED, schema, table

from cicclo.validation import schemas
from cicclo.validation.readers import open_table
from cicclo.validation.suggestion import Candidate, rank, sure

FOLDERS = sorted(SHARED.glob("data/schemas/*/schema.json"))


def real() -> list[Candidate]:
    found = []
    for path in FOLDERS:
        descriptor = schemas.load(path)
        if isinstance(descriptor.get("fields"), list):
            found.append(Candidate(path.parent.name, schemas.read(descriptor)))
    return found


def published() -> list[Path]:
    """Files that a producer published as valid for the schema of their folder."""
    names = [candidate.reference for candidate in real()]
    return [
        path
        for path in sorted(SHARED.glob("data/schemas/*/*.csv"))
        if path.parent.name in names and not path.name.startswith(("derive-", "construit-"))
    ]


# published in the folder of a schema whose columns they do not have: two have those of another schema (15 against 4),
# the third has six of the thirteen columns, half of their values refused
ELSEWHERE = {"antibes_aires_livraison.csv", "antibes_aires_livraison--mr.csv", "aires-de-livraison.csv"}


@pytest.mark.skipif(not FOLDERS, reason="../shared is absent: real schemas and files")
def test_published_files_find_their_schema() -> None:
    """Each file of the 41 schemas, among all of them."""
    among = real()
    wrong = set()
    for path in published():
        fits = rank(open_table(path), among)
        if path.parent.name not in [fit.reference for fit in fits if fit.score >= fits[0].score - 1e-9]:
            wrong.add(path.name)
    assert len(published()) > 20
    assert wrong == ELSEWHERE


A = Candidate(
    "a", schema({"name": "id", "type": "integer"}, {"name": "nom"}, {"name": "date", "type": "date"})
)
B = Candidate("b", schema({"name": "id"}, {"name": "nom"}, {"name": "date", "type": "year"}))
C = Candidate("c", schema({"name": "autre"}))


def test_values_decide_between_schemas_of_the_same_columns(tmp_path: Path) -> None:
    fits = rank(open_table(table(tmp_path, "id,nom,date\n1,x,2021\n2,y,2022\n")), [A, B, C])
    assert [fit.reference for fit in fits] == ["b", "a"]
    assert fits[0].score == 1.0
    assert fits[1].values == pytest.approx(4 / 6)
    best = sure(fits)
    assert best is not None
    assert best.reference == "b"


def test_nothing_is_taken_without_asking_when_two_fit_alike(tmp_path: Path) -> None:
    fits = rank(open_table(table(tmp_path, "id,nom,date\n1,x,\n")), [A, B])
    assert sure(fits) is None
    assert sure([]) is None


def test_required_columns_count_double(tmp_path: Path) -> None:
    strict = Candidate("s", schema({"name": "id", "constraints": {"required": True}}, {"name": "b"}))
    loose = Candidate("l", schema({"name": "id"}, {"name": "b", "constraints": {"required": True}}))
    fits = rank(open_table(table(tmp_path, "id\n1\n")), [loose, strict])
    assert [fit.reference for fit in fits] == ["s", "l"]
    # two of the three points of the schema and the whole of the file: 2 x 2/3 / (5/3)
    assert fits[0].score == pytest.approx(0.8)


def test_reasons_are_given_in_both_languages(tmp_path: Path) -> None:
    [fit] = rank(open_table(table(tmp_path, "id,x\n1,2\n")), [A])
    assert fit.reasons[0].fr == "1 de vos 2 colonnes sont dans ce schéma"
    assert fit.reasons[0].en == "1 of your 2 columns are in this schema"


def test_column_names_are_compared_without_case_or_accents(tmp_path: Path) -> None:
    [fit] = rank(open_table(table(tmp_path, "ID,Nom ,Date\n1,x,2021-01-01\n")), [A])
    assert fit.columns == 3
