"""Document models as IGN's validator writes them (JSON since 4.0, XML before) → DocumentModel.

JSON: `files.json` beside `types/TABLE.json` and `codes/LIST.csv`, or one file with its tables inside, as the
Géoportail de l'urbanisme serves it. XML: `files.xml` beside `types/TABLE.xml`.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.validation.documents.codes import Level
from cicclo.validation.documents.model import (
    Codes,
    Column,
    DocumentModel,
    FileModel,
    ForeignKey,
    Presence,
    TableModel,
)
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong

LARGEST = 32 << 20


def read(address: Path) -> DocumentModel:
    """Read a model from its folder or its main file; raise SchemaUnreadable or SchemaWrong."""
    main = _main(address)
    if main.suffix.lower() == ".xml":
        return _xml(main)
    document = _json(main)
    try:
        return _document(document, main.parent)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SchemaWrong(
            Text("Le modèle de document est incomplet.", "The document model is incomplete."),
            at=main.name,
            remedy=Text("Il faut « name » et « files ».", "It needs “name” and “files”."),
        ) from error


def _main(address: Path) -> Path:
    if address.is_file():
        return address
    found = next((address / name for name in ("files.json", "files.xml") if (address / name).is_file()), None)
    if found is None:
        raise SchemaUnreadable(
            Text("Aucun files.json ni files.xml ici.", "No files.json or files.xml here."), at=address.name
        )
    return found


def _json(path: Path) -> Any:
    if path.stat().st_size > LARGEST:
        raise SchemaUnreadable(Text("Le modèle est trop gros.", "The model is too large."), at=path.name)
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise SchemaUnreadable(
            Text("Le modèle n'est pas du JSON.", "The model is not JSON."), at=path.name
        ) from error


def _document(document: Mapping[str, Any], folder: Path) -> DocumentModel:
    constraints = document.get("constraints") or {}
    return DocumentModel(
        name=str(document["name"]),
        files=tuple(_file(entry, folder) for entry in document["files"]),
        folder=str(constraints.get("folderName") or document.get("regexp") or ""),
        codes=dict(_codes(document, folder)),
        levels=_levels(folder / "levels.json"),
    )


def _levels(path: Path) -> Mapping[str, str]:
    said = _json(path) if path.is_file() else {}
    return {str(name): str(Level(level)) for name, level in said.items()}


def _file(entry: Mapping[str, Any], folder: Path) -> FileModel:
    return FileModel(
        name=str(entry["name"]),
        type=str(entry["type"]),
        path=str(entry.get("path") or entry.get("regexp") or entry["name"]),
        presence=Presence(entry.get("mandatory", "WARN")),
        tables=tuple(_tables(entry, folder)),
    )


def _tables(entry: Mapping[str, Any], folder: Path) -> Iterator[TableModel]:
    if entry["type"] == "table":
        found = _table(entry.get("tableModel"), str(entry["name"]), folder)
        if found is not None:
            yield found
    for part in entry.get("tableModels", ()):
        found = _table(part.get("tableModel"), str(part["name"]), folder)
        if found is not None:
            yield found


def _table(said: Any, name: str, folder: Path) -> TableModel | None:
    """Return a table's model: given in place, by its path, else looked for by its name."""
    if isinstance(said, Mapping):
        return table(said, name)
    path = (folder / str(said or f"types/{name}.json")).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return table(_json(path), name)


def table(document: Mapping[str, Any], name: str) -> TableModel:
    constraints = document.get("constraints") or {}
    return TableModel(
        name=str(document.get("name") or name),
        columns=tuple(_column(column) for column in document["columns"]),
        keys=tuple(_key(key) for key in constraints.get("foreignKeys") or ()),
    )


def _column(column: Mapping[str, Any]) -> Column:
    said = column.get("constraints") or {}
    return Column(
        name=str(column["name"]),
        type=str(column.get("type", "String")),
        required=bool(said.get("required", True)),
        presence=bool(said.get("presenceRequired", said.get("required", True))),
        unique=bool(said.get("unique", False)),
        pattern=str(said.get("pattern") or ""),
        values=tuple(map(str, said.get("enum") or ())),
        shortest=int(said.get("minLength") or 0),
        longest=int(said.get("maxLength") or 0),
        reference=str(said.get("reference") or said.get("references") or ""),
    )


def _key(text: Any) -> ForeignKey:
    """Read `(A,B) REFERENCES TABLE(C,D)`."""
    left, _, right = str(text).partition(" REFERENCES ")
    target, _, references = right.partition("(")
    columns = tuple(part.strip() for part in left.strip("() ").split(","))
    pointed = tuple(part.strip() for part in references.strip("() ").split(","))
    if not target or len(columns) != len(pointed):
        raise ValueError(text)
    return ForeignKey(columns, target.strip(), pointed)


def _codes(document: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Codes]]:
    """Yield the lists of codes: the static tables of the model, and every CSV of its `codes` folder."""
    for said in document.get("staticTables") or ():
        path = (folder / str(said.get("dataReference") or f"codes/{said['name']}.csv")).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            yield str(said["name"]), _list(path)
    for path in sorted((folder / "codes").glob("*.csv")):
        yield path.stem, _list(path)


def _list(path: Path) -> Codes:
    with path.open(encoding="utf-8-sig", newline="") as source:
        lines = list(csv.reader(source, delimiter=_separator(path)))
    header = tuple(lines[0]) if lines else ()
    return Codes(header, frozenset(tuple(line) for line in lines[1:] if len(line) == len(header)))


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as source:
        first = source.readline()
    return max(",;\t", key=first.count)


def _xml(main: Path) -> DocumentModel:
    root = _root(main)
    files = tuple(_xml_file(element, main.parent) for element in root.iter() if _is(element, "file"))
    return DocumentModel(
        name=_text(root, "name") or main.parent.name, files=files, folder=_text(root, "regexp")
    )


def _xml_file(element: Any, folder: Path) -> FileModel:
    name, kind = _text(element, "name"), _text(element, "type")
    described = folder / "types" / f"{name}.xml"
    tables = (_xml_table(_root(described), name),) if kind == "table" and described.is_file() else ()
    presence = Presence(_text(element, "mandatory") or "WARN")
    return FileModel(name, kind, _text(element, "regexp") or name, presence, tables)


def _xml_table(root: Any, name: str) -> TableModel:
    columns = (_xml_column(element) for element in root.iter() if _is(element, "attribute"))
    return TableModel(_text(root, "name") or _text(root, "typeName") or name, tuple(columns))


def _xml_column(element: Any) -> Column:
    required = _text(element, "nullable") != "true"
    return Column(
        name=_text(element, "name"),
        type=_text(element, "type") or "String",
        required=required,
        presence=required,
        unique=_text(element, "identifier") == "true",
        pattern=_text(element, "regexp"),
        values=tuple((value.text or "").strip() for value in element.iter() if _is(value, "value")),
        longest=int(_text(element, "size") or 0),
    )


def _root(path: Path) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.parse(path, parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise SchemaUnreadable(
            Text("Le modèle XML ne se lit pas.", "The XML model cannot be read."), at=path.name
        ) from error


def _is(element: Any, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name


def _text(element: Any, name: str) -> str:
    """Return the text of the first child of this name, whatever its namespace."""
    return next(((child.text or "").strip() for child in element if _is(child, name)), "")
