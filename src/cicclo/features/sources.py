"""A file → described collections and clean batches, with an account of what was repaired or refused."""

from pathlib import Path

from cicclo.features.errors import BadSource
from cicclo.features.reading import cleaning, gdal
from cicclo.features.reading.account import Account, Prepared, Remark
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
    path = Path(address)
    if not path.is_file():
        raise BadSource(
            Text("fichier introuvable", "no such file"),
            at=address,
            remedy=Text("vérifier le chemin", "check the path"),
        )
    found = _layers(path, options)
    if not found:
        raise BadSource(Text("aucune couche", "no layer"), at=path.name)
    single = len(found) == 1
    return [
        cleaning.prepared(
            each, options, identifier=collection if single else "", title=title if single else None
        )
        for each in found
    ]


def _layers(path: Path, options: Options) -> list[Layer]:
    return gdal.layers(str(path), path.stat().st_size, options)
