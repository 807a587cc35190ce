"""A small standard made for tests, and a document that follows it: each test breaks one thing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cicclo.validation.documents.actions import validate_document
from cicclo.validation.model import Options, Report

from . import records

ALL = Options(limit=0)
NAME = "41175_PLU_20240101"
SUP_NAME = "123456789_A5_088_20240101"
WKT = "MULTIPOLYGON (((652000 6862000, 652010 6862000, 652010 6862010, 652000 6862010, 652000 6862000)))"


def column(name: str, kind: str = "String", **constraints: Any) -> dict[str, Any]:
    said = {"required": False, "presenceRequired": True, "unique": False, **constraints}
    return {"name": name, "type": kind, "description": name, "constraints": said}


ZONE = {
    "name": "ZONE_URBA",
    "description": "Zones",
    "columns": [
        column("ID", required=True, unique=True, pattern="Z[0-9]+", maxLength=4, minLength=2),
        column("KIND", enum=["U", "AU", "A", "N"]),
        column("OWNER", reference="OWNER.ID"),
        column("CODE", reference="CODES.CODE"),
        column("SUB"),
        column("DAY", "Date"),
        column("COUNT", "Integer"),
        column("AREA", "Double"),
        column("FLAG", "Boolean"),
        column("FILE", "Filename"),
        column("PATH", "Path"),
        column("INSEE"),
        column("SIREN"),
        column("IDURBA"),
        column("NOTE", presenceRequired=False),
        column("WKT", "MultiPolygon", required=True),
    ],
    "constraints": {"foreignKeys": ["(CODE,SUB) REFERENCES CODES(CODE,SUB)"]},
}
OWNER = {"name": "OWNER", "description": "Owners", "columns": [column("ID", required=True)]}
DOC_URBA = {"name": "DOC_URBA", "description": "Documents", "columns": [column("IDURBA", required=True)]}
COMMUNES = {"name": "DOC_URBA_COM", "description": "Communes", "columns": [column("INSEE", required=True)]}
PERIMETER = {"name": "PERIMETRE_SCOT", "description": "Perimeter", "columns": [column("ID")]}
GENERATORS = {"columns": [column("IDGEN", required=True), column("WKT", "Geometry")], "description": ""}
EXTENTS = {
    "columns": [column("IDASS", required=True), column("IDGEN", required=True), column("WKT", "Geometry")],
    "description": "",
}

ROW = {
    "ID": "Z1",
    "KIND": "U",
    "OWNER": "O1",
    "CODE": "01",
    "SUB": "00",
    "DAY": "20240131",
    "COUNT": "3",
    "AREA": "100.5",
    "FLAG": "T",
    "FILE": "41175_reglement.pdf",
    "PATH": "Pieces_ecrites/41175_reglement.pdf",
    "INSEE": "41175",
    "SIREN": "214101750",
    "IDURBA": NAME,
    "NOTE": "",
    "WKT": WKT,
}


def model(folder: Path, name: str = "cnig_PLU_2024", **more: Any) -> Path:
    """Write the standard's model."""
    tables = {
        "ZONE_URBA": ZONE,
        "OWNER": OWNER,
        "DOC_URBA": DOC_URBA,
        "DOC_URBA_COM": COMMUNES,
        "PERIMETRE_SCOT": PERIMETER,
    }
    for letter in "PS":
        tables[f"A5_GENERATEUR_SUP_{letter}"] = {"name": f"A5_GENERATEUR_SUP_{letter}", **GENERATORS}
        tables[f"A5_ASSIETTE_SUP_{letter}"] = {"name": f"A5_ASSIETTE_SUP_{letter}", **EXTENTS}
    (folder / "types").mkdir(parents=True)
    (folder / "codes").mkdir()
    for table, document in tables.items():
        (folder / "types" / f"{table}.json").write_text(json.dumps(document), "utf-8")
    (folder / "codes" / "CODES.csv").write_text("CODE,SUB\n01,00\n01,01\n02,00\n", "utf-8")
    files = [
        {
            "name": "Donnees_geographiques",
            "type": "directory",
            "path": "Donnees_geographiques",
            "mandatory": "ERROR",
        },
        {"name": "Pieces_ecrites", "type": "directory", "path": "Pieces_ecrites", "mandatory": "ERROR"},
        {"name": "Annexes", "type": "directory", "path": "Annexes", "mandatory": "WARN"},
        {
            "name": "REGLEMENT",
            "type": "pdf",
            "path": "Pieces_ecrites/[0-9]{5}_reglement",
            "mandatory": "ERROR",
        },
        {"name": "GUIDE", "type": "pdf", "path": "Pieces_ecrites/guide", "mandatory": "WARN"},
        {"name": "METADONNEES", "type": "metadata", "path": "[^\\/]*", "mandatory": "ERROR"},
    ]
    files += [
        {"name": table, "type": "table", "path": f"Donnees_geographiques/{table}", "mandatory": "OPTIONAL"}
        for table in tables
    ]
    document = {"name": name, "files": files, "constraints": {"folderName": "[A-Za-z0-9_]+_[0-9]{8}"}, **more}
    (folder / "files.json").write_text(json.dumps(document), "utf-8")
    return folder


def csv(path: Path, rows: list[Mapping[str, str]], header: list[str] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = header or list(rows[0])
    lines = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    path.write_text("\n".join([",".join(names), *lines]) + "\n", "utf-8")
    return path


RECORD = records.Record(
    resource=f"https://www.geoportail-urbanisme.gouv.fr/document/{NAME}",
    specifications=(("CNIG PLU v2024", "2024-01-01", "true"),),
    keywords=(
        ("Types de documents d’urbanisme", "PLU"),
        ("Code officiel géographique au 1er janvier 2024", "41175"),
    ),
)


def document(
    parent: Path, name: str = NAME, *, rows: list[Mapping[str, str]] | None = None, record: Any = RECORD
) -> Path:
    """Write a document without fault."""
    folder = parent / name
    data = folder / "Donnees_geographiques"
    csv(data / "ZONE_URBA.csv", [ROW] if rows is None else rows, list(ROW))
    csv(data / "OWNER.csv", [{"ID": "O1"}])
    csv(data / "DOC_URBA.csv", [{"IDURBA": name}])
    written = folder / "Pieces_ecrites"
    written.mkdir()
    (folder / "Annexes").mkdir()
    for piece in ("41175_reglement.pdf", "guide.pdf"):
        (written / piece).write_bytes(b"%PDF-1.4\n")
    if record is not None:
        (folder / "record.xml").write_text(records.xml(record), "utf-8")
    return folder


def row(**changes: str) -> dict[str, str]:
    return {**ROW, **changes}


def judge(folder: Path, standard: Path, **more: Any) -> Report:
    return validate_document(folder, standard, ALL, **more)


def kinds(report: Report) -> list[str]:
    return [fault.kind for fault in report.faults]
