"""From a configuration to a service: files are published if they changed, then every source is opened."""

import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cicclo.features.configuration import CollectionPart, Configuration, SourcePart, link, words
from cicclo.features.described import Described
from cicclo.features.errors import BadSource
from cicclo.features.ports import Store
from cicclo.features.service import Service
from cicclo.features.settings import Settings
from cicclo.features.stores import OPENERS, Source
from cicclo.kernel.errors import BadInput, CiccloError
from cicclo.kernel.text import Text

if TYPE_CHECKING:
    from cicclo.features.actions import Publication, Tell

log = logging.getLogger(__name__)
TITLE = Text("Données ouvertes", "Open data")


class Noted(msgspec.Struct):
    """What a file was when it was published, and what came of it."""

    mark: str
    collections: list[str]


def is_file(source: SourcePart) -> bool:
    """Tell whether a source must be published to be served: a path that no kind of store opens as it is."""
    live = ":" in source.address and any(opener.accepts(source.address) for opener in OPENERS.values())
    return not live and "://" not in source.address and not Path(source.address).is_dir()


def prepare(configuration: Configuration, folder: Path, tell: "Tell | None" = None) -> "list[Publication]":
    """Publish the files that changed since they were last; return what was published."""
    from cicclo.features.actions import publish  # noqa: PLC0415 - GDAL is not needed to serve a database

    done: list[Publication] = []
    for source in configuration.source:
        if not is_file(source):
            continue
        mark = _mark(source)
        note = _note(source, folder)
        if note is not None and note.mark == mark and all((folder / c).is_dir() for c in note.collections):
            continue
        made = publish(
            source.address,
            folder,
            layer=source.layer,
            id_column=source.id_column,
            crs=source.crs,
            encoding=source.encoding,
            collection=source.collection,
            tell=tell,
        )
        where = _place(source, folder)
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(msgspec.json.encode(Noted(mark, [each.collection for each in made])))
        done += made
    return done


def _mark(source: SourcePart) -> str:
    try:
        state = Path(source.address).stat()
    except OSError as error:
        raise BadSource(
            Text("fichier introuvable ou illisible", "file missing or unreadable"),
            at=source.address,
            remedy=Text("vérifier le chemin et les droits", "check the path and the rights"),
        ) from error
    said = json.dumps([msgspec.to_builtins(source), state.st_mtime_ns, state.st_size], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _place(source: SourcePart, folder: Path) -> Path:
    said = "\0".join((str(Path(source.address).resolve()), source.layer, source.collection))
    return folder / ".sources" / f"{hashlib.sha256(said.encode()).hexdigest()[:16]}.json"


def _note(source: SourcePart, folder: Path) -> Noted | None:
    try:
        return msgspec.json.decode(_place(source, folder).read_bytes(), type=Noted)
    except (OSError, msgspec.DecodeError):
        return None


async def open_service(configuration: Configuration, settings: Settings) -> Service:
    """Open every source; raise BadInput for two collections of one name, or none at all."""
    stores: dict[str, Store] = {}
    try:
        for source in configuration.source:
            for store in await _open(source, Path(settings.folder), allow_private=settings.allow_private):
                _add(stores, store, source, configuration)
    except BaseException:
        await close(stores.values())
        raise
    _check_known(configuration, stores)
    return _service(configuration, settings, stores)


async def _open(source: SourcePart, folder: Path, *, allow_private: bool) -> list[Store]:
    if is_file(source):
        note = _note(source, folder)
        return _published([folder / name for name in (note.collections if note else ())])
    options = {
        **{
            name: value
            for name in ("layer", "id_column", "crs", "encoding")
            if (value := getattr(source, name))
        },
        **source.options,
        "allow_private": allow_private,
    }
    for opener in OPENERS.values():
        if opener.accepts(source.address):
            return await opener.open(Source(source.address, folder, source.collection, options))
    if places := _publications(Path(source.address)):
        return _published(places)
    names = ", ".join(OPENERS)
    raise BadSource(
        Text("genre de source inconnu", "unknown kind of source"),
        at=source.address,
        remedy=Text(f"fichiers, ou : {names}", f"files, or: {names}"),
    )


def _published(places: list[Path]) -> list[Store]:
    from cicclo.features.stores import published  # noqa: PLC0415

    return [published.open_store(place) for place in places]


def _publications(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _add(stores: dict[str, Store], store: Store, source: SourcePart, configuration: Configuration) -> None:
    name = store.collection.id
    if name in stores:
        raise BadInput(
            Text(f"deux collections « {name} »", f"two collections “{name}”"),
            at=source.address,
            remedy=Text("en renommer une : source.collection", "rename one of them: source.collection"),
        )
    part = configuration.collection.get(name, CollectionPart())
    if not part.hidden:
        stores[name] = store if part == CollectionPart() else Described(store, part, configuration.place)


def _check_known(configuration: Configuration, stores: dict[str, Store]) -> None:
    for name, part in configuration.collection.items():
        if name not in stores and not part.hidden:
            names = ", ".join(stores) or "–"
            raise BadInput(
                Text(f"aucune source n'a de collection « {name} »", f"no source has a collection “{name}”"),
                at=f"{configuration.place}: collection.{name}",
                remedy=Text(f"collections : {names}", f"collections: {names}"),
            )


def _service(configuration: Configuration, settings: Settings, stores: dict[str, Store]) -> Service:
    said = configuration.service
    return Service(
        title=words(said.title, TITLE),
        description=words(said.description),
        stores=stores,
        limits=configuration.limits,
        base=(settings.base or said.base).rstrip("/"),
        forwarded=said.forwarded,
        languages=said.languages,
        contact=said.contact,
        licence=link(said.licence, "license") if said.licence else None,
        keywords=said.keywords,
        links=tuple(link(each) for each in said.links),
        editable=settings.editable or said.editable,
        writers=configuration.writers,
    )


async def close(stores: Iterable[Store]) -> None:
    """Close stores, all of them, whatever one of them says."""
    for store in stores:
        try:
            await store.close()
        except (OSError, CiccloError):
            log.warning("store %s did not close well", store.collection.id, exc_info=True)
