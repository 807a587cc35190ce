"""Which resource an address names: templates of resources, matched segment by segment."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from cicclo.features.ports import EditableStore
from cicclo.features.resources import Resource
from cicclo.features.service import Service
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text


class Router:
    """Literal segments win over names, whatever the order of declaration."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        ordered = sorted(resources, key=lambda each: (each.path.count("{"), each.path))
        self._routes = [(_pattern(each.path), each) for each in ordered]

    def find(self, raw: bytes) -> tuple[Resource, dict[str, str]]:
        """Return the resource and the names of its path, decoded; raise NotFound (404)."""
        path = raw.decode("latin-1")
        for pattern, resource in self._routes:
            if match := pattern.fullmatch(path):
                try:
                    named = {name: unquote(text, errors="strict") for name, text in match.groupdict().items()}
                except UnicodeDecodeError:
                    break
                if any("\0" in text for text in named.values()):
                    break
                return resource, named
        raise NotFound(
            Text("cette adresse ne mène à rien", "nothing is at this address"),
            remedy=Text("partir de la page d'accueil", "start from the landing page"),
        )


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    literal = [re.escape(part) for part in parts[::2]]
    named = [f"(?P<{name}>[^/]+)" for name in parts[1::2]]
    woven = [piece for pair in zip(literal, [*named, ""], strict=True) for piece in pair]
    return re.compile("".join(woven))


def allowed(resource: Resource, service: Service, named: dict[str, str]) -> tuple[str, ...]:
    """Methods of a resource here and now: others than GET change a collection, where that is open."""
    reading = tuple(method for method in resource.methods if method == "GET")
    writing = tuple(method for method in resource.methods if method != "GET")
    store = service.stores.get(named.get("collection", ""))
    if not (service.editable and store is not None and isinstance(store, EditableStore)):
        writing = ()
    return (*reading, *(("HEAD",) if reading else ()), *writing, "OPTIONS")
