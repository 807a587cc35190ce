# ruff: noqa: INP001
"""Rebuild the code lists of validation from the packages of Etalab and from CLDR. Not run by the product.

    npm pack @etalab/decoupage-administratif@VERSION   (each of VINTAGES), unpacked under FOLDER/VERSION/package
    npm pack i18n-iso-countries@7.14.0, unpacked under FOLDER/iso/package
    FOLDER/validata-0.13.json: which of these postal codes, country codes and names Validata 0.13 takes (asked of it)
    python scripts/reference_codes.py FOLDER

Sources and licences: src/cicclo/validation/reference/SOURCE.md
"""

import gzip
import json
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel import Locale

HERE = Path(__file__).parent.parent / "src/cicclo/validation/reference"
VINTAGES = {
    2019: "0.7.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
SHIPPED = (2021, 2022, 2023, 2024, 2025, 2026)  # what Validata calls 2023 is 2022 for codes, 2021 for names
KINDS = {
    "commune-actuelle": "C",
    "commune-deleguee": "D",
    "commune-associee": "A",
    "arrondissement-municipal": "M",
}
Rows = Iterable[tuple[str, ...]]


def main(folder: Path) -> None:
    read = {year: _data(folder, version, "communes") for year, version in VINTAGES.items()}
    write("communes", communes(read))
    write("merged", merged(read, _data(folder, VINTAGES[2019], "historique-communes")))
    taken = json.loads((folder / "validata-0.13.json").read_bytes())
    postal = {code for year in SHIPPED for row in read[year] for code in row.get("codesPostaux", ())}
    write("postal", [(code, "=" if code in taken["postal"] else "") for code in sorted(postal)])
    write("countries", countries(folder, taken))
    write("departements", _named(_data(folder, VINTAGES[2026], "departements"), "region"))
    write("regions", _named(_data(folder, VINTAGES[2026], "regions"), "zone"))


def countries(folder: Path, taken: dict[str, list[str]]) -> Rows:
    """Codes and French names; those that Validata takes again after them."""
    french = json.loads((folder / "iso/package/langs/fr.json").read_bytes())["countries"]
    for two, three, *_ in sorted(json.loads((folder / "iso/package/codes.json").read_bytes())):
        told = french.get(two, [])
        cldr = Locale("fr").territories.get(two, "")
        names = dict.fromkeys([cldr.replace("’", "'"), cldr, *([told] if isinstance(told, str) else told)])
        known = [name for name in names if name]
        strict = [code for code in (two, three) if code in taken["iso2"] + taken["iso3"]]
        yield two, three, "|".join(known), " ".join(strict), "|".join(n for n in known if n in taken["pays"])


def _data(folder: Path, version: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (folder / version / "package/data" / f"{name}.json").read_bytes()
    )
    return found


def _named(rows: list[dict[str, Any]], last: str) -> Rows:
    return [(row["code"], row["nom"], row[last]) for row in rows]


def communes(read: dict[int, list[dict[str, Any]]]) -> Rows:
    """Code, name, kind, commune it belongs to, vintages (last two digits)."""
    years: dict[tuple[str, ...], list[str]] = {}
    for year in SHIPPED:
        for row in read[year]:
            into = row.get("chefLieu") or row.get("commune") or ""
            key = (row["code"], row["nom"], KINDS[row["type"]], into)
            years.setdefault(key, []).append(str(year)[2:])
    return [(*key, " ".join(seen)) for key, seen in sorted(years.items())]


def merged(read: dict[int, list[dict[str, Any]]], history: list[dict[str, Any]]) -> Rows:
    """Code that is no commune's any more, its name, the commune of 2026 it is in, date, `=` when the day is known."""
    steps = dict(_told(history))
    known = list(VINTAGES)
    for before, after in pairwise(known):
        homes, present = _homes(read[after]), _now(read[after])
        for code, name in sorted(_now(read[before]).items()):
            if code not in present and code in homes:
                steps[code] = (name, homes[code], f"{after}-01-01", "")
    now = _now(read[2026])
    for code, (name, into, date, exact) in sorted(steps.items()):
        home = _follow(into, steps, now)
        if code not in now and home:
            yield code, name, home, date, exact


def _told(history: list[dict[str, Any]]) -> Iterable[tuple[str, tuple[str, str, str, str]]]:
    by_id = {row["id"]: row for row in history}
    for row in sorted(history, key=lambda row: row.get("dateFin", "")):
        after = by_id.get(row.get("successeur", ""))
        if row["type"] != "COM" or after is None:
            continue
        home = after if after["type"] == "COM" else by_id.get(after.get("pole", ""))
        if home and home["code"] != row["code"]:
            yield row["code"], (row["nom"], home["code"], row["dateFin"], "=")


def _now(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["code"]: row["nom"] for row in rows if row["type"] == "commune-actuelle"}


def _homes(rows: list[dict[str, Any]]) -> dict[str, str]:
    homes = {row["code"]: row["chefLieu"] for row in rows if "chefLieu" in row}
    homes |= {old: row["code"] for row in rows for old in row.get("anciensCodes", ())}
    return homes


def _follow(code: str, steps: dict[str, tuple[str, str, str, str]], now: dict[str, str]) -> str:
    for _ in range(20):
        if code in now:
            return code
        if code not in steps:
            return ""
        code = steps[code][1]
    return ""


def write(name: str, rows: Rows) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    (HERE / f"{name}.tsv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{name}: {text.count(chr(10))} rows\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
