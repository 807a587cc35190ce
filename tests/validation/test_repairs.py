"""Each repair proposes what it says, and nothing for what it is not about."""

import pytest

from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, HeaderRepair, Repair, of_values

NUMBER, INTEGER, DATE, BOOLEAN = (Field("x", kind) for kind in ("number", "integer", "date", "boolean"))
LISTED = Field("acces", constraints={"enum": ["Accès libre", "Accès réservé"]})


def mend(name: str, field: Field, text: str) -> str | None:
    repair = REPAIRS[name]
    assert isinstance(repair, Repair)
    return repair.mend(field, text)


@pytest.mark.parametrize(
    ("name", "field", "before", "after"),
    [
        ("decimal-comma", NUMBER, "3,5", "3.5"),
        ("decimal-comma", NUMBER, "-0,25", "-0.25"),
        ("decimal-comma", NUMBER, "3.5", None),
        ("decimal-comma", NUMBER, "1,2,3", None),
        ("decimal-comma", INTEGER, "3,5", None),
        ("decimal-comma", Field("x", "number", options={"decimalChar": ","}), "3,5", None),
        ("thousands", NUMBER, "1 234,5", "1234.5"),
        ("thousands", INTEGER, "12\u202f345", "12345"),
        ("thousands", INTEGER, "1\u00a0234\u00a0567", "1234567"),
        ("thousands", INTEGER, "12 34", None),
        ("dates", DATE, "31/12/2021", "2021-12-31"),
        ("dates", DATE, "1.2.2021", "2021-02-01"),
        ("dates", DATE, "2021/12/31", "2021-12-31"),
        ("dates", DATE, "2021-12-31T00:00:00", "2021-12-31"),
        ("dates", DATE, "2021-12-31 10:30:00", None),
        ("dates", DATE, "31/02/2021", None),
        ("dates", DATE, "12/31/2021", None),
        ("dates", DATE, "31/12/21", None),
        ("dates", Field("x", "date", "%d/%m/%Y"), "2021-12-31", "31/12/2021"),
        ("trimmed-spaces", LISTED, " Accès libre\u00a0", "Accès libre"),
        ("trimmed-spaces", LISTED, "Accès libre", None),
        ("boolean-words", BOOLEAN, "Oui", "true"),
        ("boolean-words", BOOLEAN, "FAUX", "false"),
        ("boolean-words", BOOLEAN, "peut-être", None),
        (
            "boolean-words",
            Field("x", "boolean", options={"trueValues": ["O"], "falseValues": ["N"]}),
            "oui",
            "O",
        ),
        ("enum-case", LISTED, "accès  LIBRE", "Accès libre"),
        ("enum-case", LISTED, "Acces libre", None),
        ("enum-accents", LISTED, "Acces reserve", "Accès réservé"),
        ("enum-accents", LISTED, "Accès payant", None),
        ("lost-zeros", Field("code_insee"), "1053", "01053"),
        ("lost-zeros", Field("code_insee"), "59508.0", "59508"),
        ("lost-zeros", Field("code_insee"), "105", None),
        ("lost-zeros", Field("code_postal"), "2100", "02100"),
        ("lost-zeros", Field("n"), "1053", None),
        # SIREN of INSEE, 120 027 016, and a number that fails its check digit
        ("lost-zeros", Field("siren"), "120027016.0", "120027016"),
        ("lost-zeros", Field("siren"), "120027017.0", None),
        ("lost-zeros", Field("siren"), "5880032", None),
    ],
)
def test_a_repair_proposes(name: str, field: Field, before: str, after: str | None) -> None:
    assert mend(name, field, before) == after


def test_a_date_with_the_month_first_puts_the_column_in_doubt() -> None:
    """12/25 can only be a month first; 25/12 can only be a day first; 05/06 says nothing."""
    dates = REPAIRS["dates"]
    assert isinstance(dates, Repair)
    assert dates.doubt is not None
    assert [dates.doubt(DATE, text) for text in ("12/25/2021", "25/12/2021", "05/06/2021")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("name", "absent", "found"),
    [
        ("NOM_STATION", ["nom_station"], "nom_station"),
        (" Nom station ", ["nom_station"], "nom_station"),
        ("Téléphone", ["telephone"], "telephone"),
        ("nom", ["nom_station"], None),
        ("A", ["a", "Á"], None),
    ],
)
def test_a_column_name_is_mended_when_one_field_answers_to_it(
    name: str, absent: list[str], found: str | None
) -> None:
    repair = REPAIRS["header"]
    assert isinstance(repair, HeaderRepair)
    assert repair.mend(name, absent) == found


def test_every_repair_of_values_is_tried_in_an_order_of_its_own() -> None:
    ranks = [repair.rank for repair in of_values()]
    assert ranks == sorted(set(ranks))
