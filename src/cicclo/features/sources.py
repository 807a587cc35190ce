"""A file → described collections and clean batches, with an account of what was repaired or refused."""

from collections.abc import Iterator
from pathlib import Path

from cicclo.features.errors import BadSource
from cicclo.features.reading import cleaning, containers, delimited, gdal, geoparquet
from cicclo.features.reading.account import Account, Prepared, Remark
from cicclo.features.reading.containers import File
from cicclo.features.reading.layers import Layer, Options
from cicclo.kernel.text import Text

__all__ = ["Account", "Prepared", "Remark", "prepare"]


def prepare(
    address: str,
    *,
    layer: str = "",
    id_column: str = "",
    crs: str = "",
    encoding: str = "",
    collection: str = "",
    title: Text | None = None,
) -> list[Prepared]:
    """Open a file and describe its layers: nothing is read yet but what describes it, and the identifiers.

    `crs` and `encoding` win over what the file says; `collection` and `title` name the result of a single layer.
    """
    options = Options(layer, id_column, crs, encoding)
    found = _found(Path(address), options)
    single = len(found) == 1
    if collection and not single:
        raise BadSource(
            Text(f"{len(found)} couches pour un seul nom", f"{len(found)} layers for one name"),
            at=address,
            remedy=Text("en choisir une : --layer", "choose one: --layer"),
        )
    names = _unique(collection or cleaning.slug(each.name) for each in found)
    return [
        cleaning.prepared(each, options, identifier=name, title=title if single else None)
        for each, name in zip(found, names, strict=True)
    ]


def _found(path: Path, options: Options) -> list[Layer]:
    """The layers that are wanted, at least one."""
    if not path.is_file():
        raise BadSource(
            Text("fichier introuvable", "no such file"),
            at=str(path),
            remedy=Text("vérifier le chemin", "check the path"),
        )
    found = [each for each in _layers(path, options) if options.layer in ("", each.name)]
    if not found:
        raise BadSource(
            Text("aucune couche de ce nom", "no layer of that name"),
            at=f"{path.name} {options.layer}".strip(),
        )
    return found


def _layers(path: Path, options: Options) -> Iterator[Layer]:
    for file in containers.files(path):
        yield from _of(file, options)


def _of(file: File, options: Options) -> list[Layer]:
    match file.kind:
        case "parquet" if file.path:
            return geoparquet.layers(file.path)
        case "csv":
            return delimited.layers(file.open, Path(file.name).stem, options)
        case _:
            return gdal.layers(file, options)


def _unique(names: Iterator[str]) -> list[str]:
    """Names made different by a number: two layers may differ by an accent only."""
    given: list[str] = []
    for name in names:
        wanted, number = name, 1
        while wanted in given:
            number += 1
            wanted = f"{name}_{number}"
        given.append(wanted)
    return given
