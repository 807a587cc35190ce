"""Tables that exercise each custom check; Validata's answers are in `expected.json` (see `record.py`)."""

import csv
import io
from typing import Any


def case(check: str, values: list[str], *, kind: str = "string", **params: Any) -> dict[str, Any]:
    """One column `a`, and a column that keeps its rows from being empty."""
    rows = [[value, "x"] for value in values]
    return {
        "fields": {"a": kind, "z": "string"},
        "check": check,
        "params": {"column": "a", **params},
        "rows": rows,
    }


def wide(
    check: str, kind: str, names: str, rows: list[list[str]], header: str = "", **params: Any
) -> dict[str, Any]:
    return {
        "fields": dict.fromkeys(names, kind),
        "header": list(header or names),
        "check": check,
        "params": params,
        "rows": rows,
    }


def table(found: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(found.get("header", list(found["fields"])))
    writer.writerows(found["rows"])
    return out.getvalue()


def schema(found: dict[str, Any]) -> dict[str, Any]:
    fields = [{"name": name, "type": kind} for name, kind in found["fields"].items()]
    return {"fields": fields, "custom_checks": [{"name": found["check"], "params": found["params"]}]}


SIREN = [
    "443061841",
    "443061842",
    "443 061 841",
    "443.061.841",
    "443-061-841",
    "443\u00a0061\u00a0841",
    "４４３061841",
    "000000000",
    "44306184",
    "",
    "443061841.0",
]
SIRET = [
    "44306184100047",
    "44306184100048",
    "443 061 841 00047",
    "35600000000048",
    "35600000000049",
    "35600000049837",
    "35600000010000",
    "35600000010001",
    "3560000000000X",
    "",
]
POSTAL = ["75001", "97700", "98000", "00000", "20000", "20090", "1000", "01000", "75116", "59000 ", "2A000"]
FANTOIR = ["0001A", "A001A", "B1230", "1234", "1234C", "a001a", "750560001A"]
COMMUNES = [
    "75056",
    "59350",
    "75101",
    "69381",
    "01001",
    "1001",
    "2A004",
    "2a004",
    "97101",
    "97701",
    "98818",
    "20004",
    "59355",
    " 59350",
    "80830",
    "27676",
]
NAMES = [
    "Paris",
    "Lille",
    "L'Haÿ-les-Roses",
    "L’Haÿ-les-Roses",
    "Le Havre",
    "Havre",
    "Lomme",
    "paris",
    "Nouméa",
    "Seynod",
]
DEPARTEMENTS = [
    "Nord",
    "Côte-d'Or",
    "Cote-d'Or",
    "La Réunion",
    "Réunion",
    "nord",
    "Métropole de Lyon",
    "Polynésie française",
]
NUMBERS = ["01", "1", "2A", "2a", "20", "59", "971", "975", "988", "99"]
REGIONS = ["Bretagne", "bretagne", "Île-de-France", "Ile-de-France", "La Réunion", "Grand Est"]
ACTES = [
    "Commande publique/x",
    "URBANISME/x",
    "urbanisme/",
    "/x",
    "Urbanisme/a/b",
    "libertes publiques et pouvoirs de police/x",
    "Urbanisme /x",
    "Urbanisme/ x",
    " Urbanisme/x",
    "Urbanisme",
    "Commande  publique/x",
    "a/ b",
    "Foo /x",
    "finances locales / y",
    "finances locales /x",
    "Urbanisme\t/x",
]
POINTS = [
    "2.3,48.8",
    "48.8,2.3",
    "-61.5,16.2",
    "16.2,-61.5",
    "0,0",
    "55.5,-21.1",
    "45.2,-12.8",
    "-61,14.6",
    "-53,4",
    "9,42",
    "8,43",
    "4.35,50.85",
    "13.4,52.5",
    "-56.3,46.9",
]
HOURS = [
    "Mo-Fr 08:00-12:00",
    "24/7",
    "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00",
    "lundi",
    "8:00-18:00",
    "PH off",
    "Mo-Fr 08h-12h",
    "lu-ve 08:00-12:00",
    "Mo-Fr 8-18",
    "",
]
PHONES = [
    "0123456789",
    "01 23 45 67 89",
    "+33 1 23 45 67 89",
    "0033123456789",
    "112",
    "3949",
    "118218",
    "0012345678",
    "01234567",
    "+44 20 7946 0958",
    "999",
    "abc",
    "",
]
YEARS = ["2020/2021", "2021/2020", "2020", "x", "2020/2020", "20/21", " 2020/2021", "2020/2021/2022", ""]
PAIRS = [["1", "2"], ["2", "2"], ["3", "2"], ["", "1"], ["1", ""]]
TEXTS = [["b", "a"], ["B", "a"], ["10", "9"], ["10", "x"]]

CASES: dict[str, dict[str, Any]] = {
    "siren": case("siren", SIREN),
    "siren-old-name": case("french-siren-value", SIREN),
    "siren-integer": case("siren", ["443061841", "x"], kind="integer"),
    "siret": case("siret", SIRET),
    "siret-old-name": case("french-siret-value", SIRET),
    "code-postal": case("code-postal", POSTAL),
    "code-fantoir": case("code-fantoir", FANTOIR),
    "code-commune-insee-2023": case("code-commune-insee", COMMUNES, cog="2023"),
    "code-commune-insee-2024": case("code-commune-insee", COMMUNES, cog="2024"),
    "code-commune-insee-latest": case("code-commune-insee", COMMUNES, cog="latest"),
    "code-commune-insee-without-vintage": case("code-commune-insee", COMMUNES),
    "code-commune-insee-of-a-wrong-vintage": case("code-commune-insee", COMMUNES, cog="2026"),
    "commune": case("commune", NAMES, cog="2024"),
    "departement": case("departement", DEPARTEMENTS, cog="2024"),
    "numero-departement": case("numero-departement", NUMBERS, cog="2024"),
    "region": case("region", REGIONS, cog="2024"),
    "code-region": case("code-region", ["11", "1", "01", "99", "94", "975"], cog="2024"),
    "pays": case("pays", ["France", "france", "Allemagne", "Foo", "Etats-Unis", "États-Unis"], cog="latest"),
    "pays-2023": case("pays", ["France"], cog="2023"),
    "code-pays-iso2": case("code-pays-iso2", ["FR", "fr", "GP", "GB", "ZZ"], cog="2024"),
    "code-pays-iso3": case("code-pays-iso3", ["FRA", "fra", "GLP", "GBR", "ZZZ"], cog="2024"),
    "nomenclature-acte": case("nomenclature-acte", ACTES),
    "nomenclature-acte-old-name": case("nomenclature-actes-value", ACTES),
    "coordonnees-gps-francaises": case("coordonnees-gps-francaises", ["48.8,2.3"]),
    "opening-hours": case("opening-hours-value", HOURS),
    "phone-number": case("phone-number-value", PHONES),
    "phone-number-integer": case("phone-number-value", ["123456789"], kind="integer"),
    "year-interval": case("year-interval-value", YEARS),
    "year-interval-or-year": case("year-interval-value", YEARS, **{"allow-year-only": "true"}),
    "year-interval-wrong-parameter": case("year-interval-value", YEARS, **{"allow-year-only": True}),
    **{
        f"compare-{op}": wide("compare-columns-value", "integer", "ab", PAIRS, column="a", op=op, column2="b")
        for op in (">", ">=", "==", "<=", "<")
    },
    "compare-texts": wide("compare-columns-value", "string", "ab", TEXTS, column="a", op=">", column2="b"),
    "compare-unknown-operator": wide("compare-columns-value", "integer", "ab", PAIRS, column="a", op="~", column2="b"),
    "compare-without-operator": wide("compare-columns-value", "integer", "ab", PAIRS, column="a", column2="b"),
    "compare-dates": wide("compare-columns-value", "date", "ab", [["2020-01-02", "2020-01-01"]], column="a", op="<", column2="b"),
    "compare-numbers": wide("compare-columns-value", "number", "ab", [["1.0", "1"], ["0.5", "1"]], column="a", op=">=", column2="b"),
    "sum": wide("sum-columns-value", "integer", "abc", [["3", "1", "2"], ["4", "1", "2"], ["", "1", "2"], ["3", "x", "3"]], column="a", columns=["b", "c"]),
    "sum-of-decimals": wide("sum-columns-value", "number", "abc", [["0.3", "0.1", "0.2"], ["3.0", "1", "2.1"]], column="a", columns=["b", "c"]),
    "sum-of-texts": wide("sum-columns-value", "string", "abc", [["3", "1", "2"]], column="a", columns=["b", "c"]),
    "sum-absent-column": wide("sum-columns-value", "integer", "abc", [["1", "1"]], "ab", column="a", columns=["b", "c"]),
    "sum-wrong-parameter": wide("sum-columns-value", "integer", "abc", [["3", "1", "2"]], column="a", columns="b"),
    "cohesive": wide("cohesive-columns-value", "string", "abcd", [["3", "1", "2", "x"], ["4", "", "2", "x"], ["", "1", "", "x"], ["", "", "", "x"]], column="a", othercolumns=["b", "c"]),
    "cohesive-absent": wide("cohesive-columns-value", "integer", "abc", [["3", "x"], ["4", ""]], "ab", column="a", othercolumns=["b", "c"]),
    "cohesive-all-absent": wide("cohesive-columns-value", "string", "abcz", [["3"]], "z", column="a", othercolumns=["b", "c"]),
    "cohesive-without-others": wide("cohesive-columns-value", "string", "abc", [["3", "1", "2"]], column="a"),
    "one-of": wide("one-of-required", "string", "abc", [["", "", "1"], ["1", "", "1"], ["", "", ""]], column1="a", column2="b"),
    "one-of-one-absent": wide("one-of-required", "string", "cab", [["1", ""], ["1", "2"]], "ca", column1="a", column2="b"),
    "one-of-both-absent": wide("one-of-required", "string", "cab", [["1"], ["2"]], "c", column1="a", column2="b"),
    "one-of-without-column": wide("one-of-required", "string", "abc", [["", "", "1"]], column1="a"),
    "unknown": case("nonsense", ["1"]),
}  # fmt: skip
