"""What is served and under which rules: one frozen description, replaced whole when the configuration is read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cicclo.features.model import Link
from cicclo.features.ports import Store
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import LANGS, NOTHING, Text


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. A larger `limit` than `page` is lowered to it (OGC 17-069r4, 7.15.2)."""

    page: int = 10_000
    default: int = 10
    body: int = 16 * 1024 * 1024
    url: int = 16 * 1024
    seconds: float = 30.0
    download_seconds: float = 3600.0
    requests: int = 512  # answered at once
    downloads: int = 4  # of whole collections, at once


@dataclass(frozen=True, slots=True)
class Contact:
    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Someone who may edit: a bearer token, or the password of HTTP Basic. `collections` empty: all of them.

    Only digests (SHA-256, hexadecimal) of secrets are kept.
    """

    name: str
    digest: str
    collections: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Service:
    """`stores` by collection id. `base` is the public address without a final slash; empty: as the client calls us.

    `forwarded`: X-Forwarded-Proto, -Host and -Prefix are believed, because a proxy of ours sets them.
    `editable`: changes (OGC 20-002) are accepted from `writers`, on stores that take them.
    """

    title: Text
    stores: Mapping[str, Store]
    description: Text = NOTHING
    limits: Limits = field(default_factory=Limits)
    base: str = ""
    forwarded: bool = False
    languages: tuple[str, ...] = LANGS
    contact: Contact = field(default_factory=Contact)
    licence: Link | None = None
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    editable: bool = False
    writers: tuple[Writer, ...] = ()

    def store(self, collection: str) -> Store:
        """Return the store of a collection; raise NotFound (404)."""
        try:
            return self.stores[collection]
        except KeyError:
            raise NotFound(
                Text(f"pas de collection « {collection} »", f"no collection “{collection}”"),
                at="collectionId",
                remedy=Text("voir /collections", "see /collections"),
            ) from None

    @property
    def version(self) -> str:
        """Changes with the data of any collection."""
        return "-".join(store.version for store in self.stores.values())
