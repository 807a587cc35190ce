"""Kinds of addresses we answer: one file adds one resource; found, never enrolled by hand.

A file declares, for example (`tiles.py`):

    async def tileset(ask: Ask) -> Reply:
        store = ask.store                       # of {collection}, or NotFound
        ...
        return Document("tilesets", {"tilesets": [...], "links": [...]})     # JSON, or a page by pages.render
        return Content(tile, "application/vnd.mapbox-vector-tile", version=store.version)   # bytes

    RESOURCES.add(Resource(
        name="tile",
        path="/collections/{collection}/tiles/{matrix_set}/{matrix}/{row}/{column}",
        handler=tile,
        summary=Text("Tuile vectorielle", "Vector tile"),
        representations=(Representation("mvt", "application/vnd.mapbox-vector-tile"),),
        conformance=lambda service: (f"{SPEC}/ogcapi-tiles-1/1.0/conf/mvt",),
        fulfils=("ogcapi-features/core/…",),
        collection_links=lambda ask, collection: [link(...)],   # shown on /collections/{collection}
    ))

What the application does for every resource: finds it (segments are percent-decoded one by one, so an id may
hold a slash), answers HEAD and OPTIONS, refuses unknown and repeated parameters (400), chooses the representation
(`f`, then Accept: 406) and the language (`lang`, then Accept-Language), adds ETag, CORS, security and cache headers,
compresses, turns CiccloErrors into problems, describes it in the API definition, announces its conformance classes.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from cicclo.features.http.ready import Ready
from cicclo.features.http.usage import Usage
from cicclo.features.model import Collection
from cicclo.features.ports import Store
from cicclo.features.service import Service
from cicclo.kernel.registry import Registry
from cicclo.kernel.text import NOTHING, Text

SPEC = "http://www.opengis.net/spec"
REL = "http://www.opengis.net/def/rel/ogc/1.0"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Representation:
    """What `f=name` gives."""

    name: str
    media_type: str
    title: Text = NOTHING


JSON = Representation("json", "application/json", Text("JSON", "JSON"))
HTML = Representation("html", "text/html", Text("page web", "web page"))
SCHEMA = Representation("json", "application/schema+json", Text("schéma JSON", "JSON Schema"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, as the API definition tells it. A list is written `a,b` (style form, not exploded)."""

    name: str
    schema: Mapping[str, Any]
    description: Text
    required: bool = False

    def describe(self, lang: str) -> Json:
        described: Json = {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description.get(lang),
            "schema": dict(self.schema),
            "style": "form",
            "explode": False,
        }
        return described


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as a handler sees it: already routed, its parameters known, not repeated, its format chosen.

    `base` is our public address without a final slash; `headers` have lower-case names; `body` reads the whole body
    within the operator's limit (413).
    """

    service: Service
    resource: "Resource"
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    representation: Representation
    lang: str
    base: str
    headers: Mapping[str, str]
    body: Callable[[], Awaitable[bytes]]
    receive: Callable[[], Awaitable[Any]]
    usage: Usage
    scope: Mapping[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The store of `{collection}`; raise NotFound."""
        return self.service.store(self.path["collection"])

    @property
    def collection(self) -> Collection:
        return self.store.collection

    def say(self, text: Text) -> str:
        return text.get(self.lang)

    def href(self, *segments: str, **query: str) -> str:
        """Absolute address of ours; every segment is percent-encoded, slashes included."""
        return address(self.base, *segments, **query)


def address(base: str, *segments: str, **query: str) -> str:
    path = "".join("/" + quote(segment, safe="") for segment in segments) or "/"
    return f"{base}{path}?{urlencode(query)}" if query else base + path


def link(
    href: str,
    rel: str,
    media_type: str = "",
    title: str = "",
    *,
    hreflang: str = "",
    length: int | None = None,
) -> Json:
    """A link object; empty members are left out."""
    members = {
        "href": href,
        "rel": rel,
        "type": media_type,
        "title": title,
        "hreflang": hreflang,
        "length": length,
    }
    return {name: value for name, value in members.items() if value not in ("", None)}


@dataclass(frozen=True, slots=True)
class Document:
    """JSON `content`, or the page `pages.render(kind, visit, {"document": content, "service": …, **page})`.

    `version` makes the ETag; None: from the versions of all stores and the request.
    """

    kind: str
    content: Json
    page: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes, whole or streamed, of a media type. An empty `version` means no ETag; `seconds` limits a stream."""

    body: bytes | AsyncGenerator[bytes, None]
    media_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    version: str = ""
    filename: str = ""
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file of ours, sent as it is, whole or by ranges (RFC 9110, 14)."""

    path: Path
    media_type: str
    version: str
    filename: str
    headers: tuple[tuple[str, str], ...] = ()


Reply = Document | Content | Prepared | Ready
Handler = Callable[[Ask], Awaitable[Reply]]


def _none(*_arguments: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Resource:
    """`path` holds `{names}`, each one segment; `{collection}` is always a collection's id.

    `methods`: HEAD comes with GET, OPTIONS with all. `parameters(service, collection)`: besides `f` and `lang`, which
    every resource has. `describe(service, collection, lang)` returns the operations (`{"get": {…}}`) of the path in
    the API definition, when the usual ones (from summary, parameters, representations) do not do. `links(ask)` are
    shown on the landing page, `collection_links(ask, collection)` with each collection. `conformance(service)` lists
    only what is true of this service. `fulfils`: ids of src/cicclo/requirements/library.
    `prepared`: a GET depends on nothing but address, language and the stores' versions, so it is rendered once.
    `listed`: stands in the API definition. `representations` may be a function, when they are an open set.
    """

    name: str
    path: str
    handler: Handler
    summary: Text
    methods: tuple[str, ...] = ("GET",)
    representations: tuple[Representation, ...] | Callable[[], tuple[Representation, ...]] = (JSON, HTML)
    parameters: Callable[[Service, Collection | None], Sequence[Parameter]] = _none
    describe: Callable[[Service, Collection | None, str], Json] | None = None
    links: Callable[[Ask], Sequence[Json]] = _none
    collection_links: Callable[[Ask, Collection], Sequence[Json]] = _none
    conformance: Callable[[Service], Sequence[str]] = _none
    fulfils: tuple[str, ...] = ()
    prepared: bool = True
    listed: bool = True

    @property
    def offered(self) -> tuple[Representation, ...]:
        """The representations, best first."""
        return self.representations() if callable(self.representations) else self.representations


RESOURCES: Registry[Resource] = Registry("cicclo.features.resources", name=lambda resource: resource.name)
