"""What an OpenAPI 3 document says of the query parameters of a path, references resolved."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_REFERENCES = 20
_OGC_FILES = re.compile(
    r"^https?://schemas\.opengis\.net/ogcapi/features/.*#/(?:components/)?parameters/([\w-]+)$"
)


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


_PUBLISHED: Mapping[str, dict[str, Any]] = {
    "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": 10000, "default": 10}),
    "bbox": _query("bbox", {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}),
    "datetime": _query("datetime", {"type": "string"}),
    "crs": _query("crs", {"type": "string", "format": "uri"}),
    "bbox-crs": _query("bbox-crs", {"type": "string", "format": "uri"}),
}
"""Parameters of the files that OGC publishes, so that references to them need no request."""


@dataclass(slots=True)
class Definition:
    """An API definition. `paths` are by their last part, from `/collections` on, without trailing slash."""

    document: dict[str, Any]
    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    templated: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, document: Any) -> "Definition":
        document = document if isinstance(document, dict) else {}
        raw = document.get("paths")
        paths = raw if isinstance(raw, dict) else {}
        found = {_tail(path): item for path, item in paths.items() if isinstance(item, dict)}
        return cls(document, found, [path for path in found if path.startswith("/collections/{")])

    def resolve(self, node: Any) -> dict[str, Any]:
        """Follow references inside the document (and to the files OGC publishes); empty for what leads nowhere."""
        for _ in range(MOST_REFERENCES):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            node = self._target(node["$ref"])
        return node if isinstance(node, dict) else {}

    def _target(self, reference: str) -> Any:
        if match := _OGC_FILES.match(reference):
            return _PUBLISHED.get(match[1], {})
        if not reference.startswith("#/"):
            return {}
        node: Any = self.document
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            node = node.get(name) if isinstance(node, dict) else None
        return node

    def path(self, collection: str, *rest: str) -> tuple[str, dict[str, Any]] | None:
        """The path of a resource of a collection, as written or with a variable in the place of its id."""
        tail = "/".join(("", "collections", collection, *rest))
        if tail in self.paths:
            return tail, self.paths[tail]
        pattern = re.compile("/collections/\\{[^/]+\\}" + "".join(f"/{part}" for part in rest) + "$")
        return next(((path, self.paths[path]) for path in self.templated if pattern.search(path)), None)

    def items_parameter(self, collection: str, name: str) -> dict[str, Any] | None:
        """Definition of a query parameter of `/collections/{collection}/items`; None when it is not there."""
        found = self.path(collection, "items")
        if found is None:
            return None
        return next((p for p in self._parameters(found[1]) if p.get("name") == name), None)

    def _parameters(self, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        operation = item.get("get")
        for holder in (operation, item):
            raw = holder.get("parameters") if isinstance(holder, dict) else None
            for node in raw if isinstance(raw, list) else ():
                yield self.resolve(node)

    def schema(self, parameter: Mapping[str, Any]) -> dict[str, Any]:
        return self.resolve(parameter.get("schema"))


def _tail(path: str) -> str:
    start = path.find("/collections")
    return (path[start:] if start >= 0 else path).rstrip("/")


def whole(value: Any) -> int | None:
    """An integer, or None for anything else (true and false are not integers)."""
    return (
        int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        else None
    )
