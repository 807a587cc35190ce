"""The configuration file (TOML): what is served, how it is presented, who may change it."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from cicclo.features.model import Link
from cicclo.features.service import Contact, Limits, Writer
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import LANGS, NOTHING, Text


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a key that we do not know is an error, not a silence."""


class Both(Part, frozen=True):
    """A text in both languages; a plain string is the same in both."""

    fr: str
    en: str


Words = str | Both


class LinkPart(Part, frozen=True):
    href: str
    rel: str = ""
    type: str = ""
    title: Words = ""
    hreflang: str = ""
    length: int | None = None


class ServicePart(Part, frozen=True):
    title: Words = ""
    description: Words = ""
    base: str = ""
    forwarded: bool = False
    languages: tuple[str, ...] = LANGS
    keywords: tuple[str, ...] = ()
    licence: LinkPart | None = None
    contact: Contact = Contact()
    links: tuple[LinkPart, ...] = ()
    editable: bool = False


class WriterPart(Part, frozen=True):
    """`sha256` is the digest of the token or password, hexadecimal: `printf %s "$TOKEN" | sha256sum`."""

    name: str
    sha256: str
    collections: frozenset[str] = frozenset()


class SourcePart(Part, frozen=True):
    """`address`: a file (relative to the configuration's folder), a folder of publications, or a URL."""

    address: str
    collection: str = ""
    layer: str = ""
    id_column: str = ""
    crs: str = ""
    encoding: str = ""
    options: dict[str, Any] = {}


class PropertyPart(Part, frozen=True):
    title: Words = ""
    description: Words = ""
    unit: str = ""
    values: tuple[str, ...] = ()


class CollectionPart(Part, frozen=True):
    """What is said of one collection on top of what its source says. `crs` are added to those offered."""

    title: Words = ""
    description: Words = ""
    keywords: tuple[str, ...] = ()
    licence: LinkPart | None = None
    links: tuple[LinkPart, ...] = ()
    extent: tuple[float, float, float, float] | None = None
    interval: tuple[str, str] | None = None
    crs: tuple[str, ...] = ()
    queryables: tuple[str, ...] | None = None
    sortables: tuple[str, ...] | None = None
    instants: tuple[str, ...] | None = None
    properties: dict[str, PropertyPart] = {}
    hidden: bool = False


class Configuration(Part, frozen=True):
    """`place` is the file, for messages."""

    service: ServicePart = ServicePart()
    limits: Limits = Limits()
    writer: tuple[WriterPart, ...] = ()
    source: tuple[SourcePart, ...] = ()
    collection: dict[str, CollectionPart] = {}
    place: str = ""

    @property
    def writers(self) -> tuple[Writer, ...]:
        return tuple(Writer(each.name, each.sha256, each.collections) for each in self.writer)


def read(path: Path) -> Configuration:
    """Read a file; raise BadInput naming the file, the key and what was expected."""
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise BadInput(
            Text("fichier de configuration illisible", "unreadable configuration file"),
            at=str(path),
            remedy=Text(error.strerror or "?", error.strerror or "?"),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            Text(f"ce n'est pas du TOML ({error})", f"this is no TOML ({error})"), at=str(path)
        ) from error
    try:
        read = msgspec.convert({**tables, "place": str(path)}, Configuration)
    except msgspec.ValidationError as error:
        raise _refused(path, error) from error
    _check(read)
    folder = path.parent
    sources = tuple(_located(each, folder) for each in read.source)
    return msgspec.structs.replace(read, source=sources)


def _refused(path: Path, error: msgspec.ValidationError) -> BadInput:
    fact, _, place = str(error).partition(" - at ")
    key = place.strip("`").removeprefix("$").lstrip(".").replace("[...]", ".*")
    where = f"{path}: {key}" if key else str(path)
    return BadInput(
        Text(f"valeur refusée ({fact})", f"value refused ({fact})"),
        at=where,
        remedy=Text("voir docs/fr/features.md", "see docs/en/features.md"),
    )


def _check(read: Configuration) -> None:
    for place, each in enumerate(read.writer, 1):
        if len(each.sha256) != 64 or not all(c in "0123456789abcdefABCDEF" for c in each.sha256):
            raise BadInput(
                Text("empreinte SHA-256 attendue", "SHA-256 digest expected"),
                at=f"{read.place}: writer.{place}.sha256",
                remedy=Text('printf %s "$JETON" | sha256sum', 'printf %s "$TOKEN" | sha256sum'),
            )
    for lang in read.service.languages:
        if lang not in LANGS:
            raise BadInput(
                Text(f"langue inconnue : {lang}", f"unknown language: {lang}"),
                at=f"{read.place}: service.languages",
                remedy=Text("fr, en", "fr, en"),
            )
    if read.service.base and not read.service.base.startswith(("http://", "https://")):
        raise BadInput(
            Text("adresse publique absolue attendue", "absolute public address expected"),
            at=f"{read.place}: service.base",
            remedy=Text("https://donnees.exemple.fr/ogc", "https://data.example.org/ogc"),
        )


def _located(source: SourcePart, folder: Path) -> SourcePart:
    """Paths are relative to the file, behind a scheme of ours (`gpkg+live:`) too; URLs stay as they are."""
    if "://" in source.address:
        return source
    scheme, colon, path = source.address.rpartition(":")
    return msgspec.structs.replace(source, address=f"{scheme}{colon}{folder / path}")


def words(given: Words, default: Text = NOTHING) -> Text:
    """The text of a key, or what it is without one."""
    if isinstance(given, Both):
        return Text(given.fr, given.en)
    return Text(given, given) if given else default


def link(part: LinkPart, rel: str = "") -> Link:
    return Link(part.href, part.rel or rel, part.type, words(part.title), part.hreflang, part.length)


class Reading:
    """Reads the configuration anew each time: the file, and the sources that the command line adds."""

    def __init__(self, path: str, sources: tuple[str, ...]) -> None:
        self._path = path
        self._sources = sources

    def __call__(self) -> Configuration:
        said = read(Path(self._path)) if self._path else Configuration()
        given = tuple(SourcePart(address=each) for each in self._sources)
        return msgspec.structs.replace(said, source=(*said.source, *given))
