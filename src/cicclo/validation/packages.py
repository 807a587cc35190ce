"""Data packages: several tables, their schemas, and keys that point from one file into another."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from cicclo.kernel.text import Text
from cicclo.validation import catalogue, schemas
from cicclo.validation.actions import validate
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong, SourceUnreadable
from cicclo.validation.fetching import downloaded, is_address
from cicclo.validation.model import Options, Report, Schema, Table
from cicclo.validation.readers import open_table
from cicclo.validation.settings import Settings
from cicclo.validation.types import Unreadable, reader

MOST_TABLES = 500
Keys = dict[tuple[str, tuple[str, ...]], set[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a package; `schema` is None when the package gives none."""

    name: str
    path: Path
    schema: Schema | None
    sheet: str = ""


def is_package(source: Path) -> bool:
    """Tell a data package: its descriptor, or a folder that has one."""
    return source.name == "datapackage.json" or (source.is_dir() and (source / "datapackage.json").is_file())


def validate_package(source: Path, settings: Settings, options: Options = Options()) -> Iterator[Report]:  # noqa: B008
    """Validate each table of a package that has a schema, keys across files included; one report a table."""
    path = source / "datapackage.json" if source.is_dir() else source
    with ExitStack() as opened:
        members = list(read(path, settings, opened))
        tables = {
            m.name: open_table(m.path, name=_title(m), sheet=m.sheet, strict=options.strict) for m in members
        }
        keys = referenced(members, tables)
        for member in members:
            if member.schema is not None:
                known = {
                    key: values for key, values in keys.items() if key[0] in tables and key[0] != member.name
                } | {("", fields): values for (name, fields), values in keys.items() if name == member.name}
                yield validate(tables[member.name], member.schema, options, known)


def _title(member: Member) -> str:
    return member.path.name if "." in member.path.name else f"{member.name}.csv"


def read(path: Path, settings: Settings, opened: ExitStack) -> Iterator[Member]:
    """Read the descriptor; files given by address are fetched and live as long as `opened`."""
    descriptor = catalogue.parse(path.read_bytes(), str(path))
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        raise SchemaWrong(Text("le paquet n'a aucune ressource", "the package has no resource"), at=str(path))
    if len(resources) > MOST_TABLES:
        raise SchemaWrong(
            Text(f"plus de {MOST_TABLES} ressources", f"more than {MOST_TABLES} resources"), at=str(path)
        )
    for place, resource in enumerate(resources):
        if isinstance(resource, dict):
            yield _member(resource, place, path, settings, opened)


def _member(
    resource: Mapping[str, Any], place: int, package: Path, settings: Settings, opened: ExitStack
) -> Member:
    name = str(resource.get("name") or f"resource-{place + 1}")
    given = resource.get("path")
    if not isinstance(given, str) or not given:
        raise SchemaWrong(
            Text(
                "une ressource doit donner le chemin d'un fichier",
                "a resource must give the path of one file",
            ),
            at=f"{package}/resources/{place}",
        )
    path = (
        opened.enter_context(downloaded(given, settings))
        if is_address(given)
        else _inside(package.parent, given)
    )
    return Member(
        name, path, schema_of(resource, package, settings), str(_dialect(resource).get("sheet") or "")
    )


def _dialect(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    dialect = resource.get("dialect")
    return dialect if isinstance(dialect, dict) else {}


def schema_of(resource: Mapping[str, Any], package: Path, settings: Settings) -> Schema | None:
    """Return a resource's schema: written there, or at a path of the package, or at an address."""
    given = resource.get("schema")
    if isinstance(given, dict):
        return schemas.read(given, f"{package}#{resource.get('name', '')}")
    if not isinstance(given, str) or not given:
        return None
    reference = given if is_address(given) else str(_inside(package.parent, given))
    found = catalogue.schema(reference, settings)
    return schemas.read(found.descriptor, found.address)


def _inside(folder: Path, given: str) -> Path:
    """Return a path of the package; raise SourceUnreadable when it leads out of it (Data Package, “path”)."""
    pure = PurePosixPath(given)
    path = (folder / pure).resolve()
    if pure.is_absolute() or ".." in pure.parts or not path.is_relative_to(folder.resolve()):
        raise SourceUnreadable(
            Text(
                "un chemin de paquet ne sort pas de son dossier", "a package's path does not leave its folder"
            ),
            at=given,
        )
    if not path.is_file():
        raise SourceUnreadable(Text("fichier absent du paquet", "no such file in the package"), at=given)
    return path


def referenced(members: list[Member], tables: Mapping[str, Table]) -> Keys:
    """Read, once for each table, the columns that keys of any table point at."""
    wanted: Keys = {}
    for member in members:
        for key in member.schema.foreign_keys if member.schema else ():
            wanted.setdefault((key.resource or member.name, key.references), set())
    for member in members:
        asked = [fields for name, fields in wanted if name == member.name]
        if asked:
            _read_keys(member, tables[member.name], asked, wanted)
    return {key: values for key, values in wanted.items() if key[0] in tables}


def _read_keys(member: Member, table: Table, asked: list[tuple[str, ...]], keys: Keys) -> None:
    header = [str(name) for name in table.header]
    usable = [fields for fields in asked if set(fields) <= set(header)]
    places = {fields: [header.index(name) for name in fields] for fields in usable}
    for _number, cells in table.records():
        for fields in usable:
            key = tuple(
                _value(member, name, cells[place] if place < len(cells) else "")
                for name, place in zip(fields, places[fields], strict=True)
            )
            if any(part is not None for part in key):
                keys[member.name, fields].add(key)


def _value(member: Member, name: str, cell: Any) -> Any:
    """Keys are compared once read, as the judge reads them: `01` and `1` are one integer."""
    known = member.schema.field(name) if member.schema else None
    if cell in (known.missing if known else ("",)) or cell is None:
        return None
    if known is None:
        return cell
    try:
        return reader(known)(cell)
    except Unreadable:
        return None


def members_as_candidates(found: catalogue.Found, settings: Settings) -> list[tuple[str, Schema]]:
    """Return the schemas that a data package of the catalogue gathers: the one that fits a file is then chosen."""
    members = []
    for place, resource in enumerate(found.descriptor.get("resources") or ()):
        if isinstance(resource, dict) and resource.get("schema"):
            name = str(resource.get("name") or place)
            members.append((name, _gathered(resource["schema"], name, found.address, settings)))
    if not members:
        raise SchemaUnreadable(
            Text("ce paquet ne donne aucun schéma", "this package gives no schema"), at=found.address
        )
    return members


def _gathered(given: Any, name: str, package: str, settings: Settings) -> Schema:
    """Read one schema of a package that was found at an address or a path."""
    if isinstance(given, dict):
        return schemas.read(given, f"{package}#{name}")
    if is_address(package) or is_address(str(given)):
        document = catalogue.schema(urljoin(package, str(given)), settings)
    else:
        document = catalogue.schema(str(_inside(Path(package).parent, str(given))), settings)
    return schemas.read(document.descriptor, document.address)
