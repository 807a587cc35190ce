"""The verbs of documents: `validate_document` (CNIG folder or zip), `validate_json` (JSON Schema)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.archives import unpacked
from cicclo.validation.documents import content, json_schema, metadata, standards, tree
from cicclo.validation.documents.codes import Level
from cicclo.validation.documents.document import Document
from cicclo.validation.documents.keys import Keys
from cicclo.validation.documents.model import DocumentModel
from cicclo.validation.documents.rules import RULES
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.geo.reporting import Tally, report
from cicclo.validation.model import Fault, Options, Report

DEFAULTS = Options()
MOST_FILES = 100_000


def validate_document(
    source: Path,
    model: Path | DocumentModel,
    options: Options = DEFAULTS,
    *,
    srs: str = "EPSG:2154",
    footprint: Any = None,
    levels: Mapping[str, Level] | None = None,
) -> Report:
    """Judge a folder or zip (`41175_PLU_20140603`) by a document model (a folder with files.json and types/).

    `srs` is the reference system that the document is in, `footprint` where it applies (a geometry in that system),
    `levels` what error codes are worth for the caller. Raise SourceUnreadable, SchemaUnreadable, SchemaWrong.
    """
    standard = model if isinstance(model, DocumentModel) else standards.read(model)
    tally = Tally()
    with folder_of(source) as folder:
        document = Document(
            folder,
            folder.name,
            standard,
            srs,
            levels=levels or {},
            footprint=_around(footprint),
            every=_every(folder),
        )
        return report(source.name, None, options, tally, _faults(document, options, tally))


def _around(footprint: Any) -> Any:
    """Return the footprint with the metres that IGN forgives around it, ready for many comparisons."""
    if footprint is None:
        return None
    import shapely  # noqa: PLC0415 - most calls give no footprint

    from cicclo.validation.documents.geometries import FORGIVEN  # noqa: PLC0415

    around = shapely.buffer(footprint, FORGIVEN)
    shapely.prepare(around)
    return around


@contextmanager
def folder_of(source: Path) -> Iterator[Path]:
    """Give the document's folder: itself, or the only folder of the zip (else the zip's own root, under its name)."""
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise SourceUnreadable(
            Text("Ni dossier, ni archive.", "Neither a folder nor an archive."), at=source.name
        )
    with unpacked(source) as root:
        inside = [path for path in root.iterdir() if path.name != "__MACOSX"]
        if len(inside) == 1 and inside[0].is_dir():
            yield inside[0]
            return
        named = root.parent / f"{root.name}-{source.stem}" / source.stem
        with ExitStack() as stack:
            named.parent.mkdir()
            stack.callback(named.parent.rmdir)
            named.symlink_to(root, target_is_directory=True)
            stack.callback(named.unlink)
            yield named


def _every(folder: Path) -> frozenset[str]:
    found = frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if len(found) > MOST_FILES:
        raise SourceUnreadable(
            Text("Le dossier a trop de fichiers.", "The folder has too many files."), at=folder.name
        )
    return found


def _faults(document: Document, options: Options, tally: Tally) -> Iterator[Fault]:
    """Yield faults in IGN's order: the tree, the rules on it, each file, then what looks at several tables."""
    yield from tree.match(document)
    yield from tree.check(document)
    rules = [rule for rule in RULES.values() if rule.of(document)]
    for rule in rules:
        if rule.before is not None:
            yield from rule.before(document)
    yield from metadata.judge(document)
    asked = frozenset(name for rule in rules for name in rule.columns)
    keys = Keys(document.model, asked)
    try:
        seen = content.Content(document, keys, seen=_counter(options, tally))
        yield from content.judge_files(seen)
        tally.fields = seen.columns
        yield from keys.check(document)
        for rule in rules:
            if rule.after is not None:
                yield from rule.after(seen)
    finally:
        keys.close()
        tally.notices += document.notices


def _counter(options: Options, tally: Tally) -> Callable[[int], None]:
    """Return what is told of each block of rows; the whole is not known before, so the share tends to one."""

    def count(rows: int) -> None:
        tally.features += rows
        if options.progress is not None:
            options.progress(tally.features / (tally.features + 10_000))

    return count


def validate_json(source: Path, schema: Mapping[str, Any], options: Options = DEFAULTS) -> Report:
    """Judge a JSON document by a JSON Schema; places are JSON pointers. Raise SourceUnreadable, SchemaWrong."""
    tally = Tally()
    return report(source.name, None, options, tally, json_schema.faults(source, dict(schema), tally))
