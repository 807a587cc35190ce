"""The file tree: what is where it should be, misplaced, unexpected, missing."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cicclo.kernel.text import Text
from cicclo.validation.documents.document import Document, DocumentFile
from cicclo.validation.documents.model import FileModel, Presence
from cicclo.validation.errors import SchemaWrong
from cicclo.validation.model import Fault

LISTED = frozenset({".dbf", ".tab", ".pdf", ".xml", ".gml", ".csv", ".geojson", ".gpkg"})
"""Files that are looked at; the others (.shp, .shx, .prj…) go with one of these."""
SUFFIX = {
    "table": r"\.(dbf|tab|gml|csv|geojson|gpkg|shp)",
    "multi_table": r"\.(gml|gpkg)",
    "pdf": r"\.pdf",
    "metadata": r"\.xml",
    "directory": "",
}


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise SchemaWrong(
            Text(
                f"Expression régulière fautive dans le modèle : {pattern}",
                f"Bad regular expression in the model: {pattern}",
            )
        ) from error


def match(document: Document) -> Iterator[Fault]:
    """Give each listed file its place in the model; yield what has none."""
    for path in sorted(document.folder.rglob("*")):
        directory = path.is_dir()
        if not directory and not _listed(path):
            continue
        relative = path.relative_to(document.folder).as_posix()
        found = _by_path(document, relative, directory=directory)
        if found is not None:
            document.files.append(DocumentFile(path, relative, found))
        elif _by_name(document, path.name, directory=directory) is not None:
            yield from document.fault("FILE_MISPLACED", relative)
        else:
            yield from document.fault("FILE_UNEXPECTED", relative)


def _listed(path: Path) -> bool:
    """Return whether a file counts: a .shp only when its .dbf is lost."""
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return not any(
            part.stem == path.stem and part.suffix.lower() == ".dbf" for part in path.parent.iterdir()
        )
    return suffix in LISTED


def _fits(file: FileModel, *, directory: bool) -> bool:
    return (file.type == "directory") == directory


def _by_path(document: Document, relative: str, *, directory: bool) -> FileModel | None:
    """Return the file of the model with the longest expression that the path matches, as IGN chooses."""
    found = (
        file
        for file in document.model.files
        if _fits(file, directory=directory)
        and _compiled(f"(?:.*/)?{file.path}{SUFFIX.get(file.type, '')}").fullmatch(relative)
    )
    return max(found, key=lambda file: len(file.path), default=None)


def _by_name(document: Document, name: str, *, directory: bool) -> FileModel | None:
    found = (file for file in document.model.files if _fits(file, directory=directory) and _named(file, name))
    return max(found, key=lambda file: len(file.path), default=None)


def _named(file: FileModel, name: str) -> bool:
    """Return whether a name begins as the last part of the expression says; a part cut inside `(…)` is no expression."""
    last = file.path.rsplit("/", 1)[-1]
    suffix = SUFFIX.get(file.type, "")
    try:
        return re.fullmatch(f"{last}.*{suffix}", name, re.IGNORECASE) is not None
    except re.error:
        return re.fullmatch(f"{re.escape(file.name)}.*{suffix}", name, re.IGNORECASE) is not None


def check(document: Document) -> Iterator[Fault]:
    """Yield a bad name of the folder, and what the standard asks and is not there."""
    pattern = document.model.folder
    if pattern and not _compiled(pattern).fullmatch(document.name):
        yield from document.fault("DIRECTORY_UNEXPECTED_NAME", document.name, facts={"expected": pattern})
    for file in document.model.files:
        if file.presence is Presence.OPTIONAL or any(found.model is file for found in document.files):
            continue
        code = "FILE_MISSING_MANDATORY" if file.presence is Presence.ERROR else "FILE_MISSING_RECOMMANDED"
        code += "_DIRECTORY" if file.type == "directory" else ""
        yield from document.fault(code, file.name, facts={"file": file.name, "expected": file.path})
