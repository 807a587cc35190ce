"""Pages of a service: the house's shell under the service's own name; every link keeps the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import cicclo
from cicclo.features import forms, layers, overview, showing
from cicclo.web.locale import LANGUAGE_NAMES
from cicclo.web.operation import Visit
from cicclo.web.pages import Pages, asset

KINDS = (
    "landing",
    "conformance",
    "collections",
    "collection",
    "queryables",
    "schema",
    "items",
    "item",
    "api",
    "tilesets",
    "problem",
)


def render(kind: str, visit: Visit, data: Mapping[str, Any]) -> str:
    """Return the page of a resource; `data` holds its JSON `document`, the `service`, and what its handler adds."""
    address = Address(visit.base, visit.request.query_params.get("lang", ""))
    shown = {
        "to": address.to,
        "local": address.local,
        "base": address.base,
        "asset": address.asset,
        "other_lang": _other(visit),
        "given": dict(visit.request.query_params),
        "kind": kind,
        "showing": showing,
        "forms": forms,
        "layers": layers,
        "overview": overview,
        "version": cicclo.__version__,
        "collection": None,
        **data,
        "document": lenient(data.get("document", {})),
    }
    return _pages().render(f"features/{kind}.html", visit, shown)


class Lenient(dict[str, Any]):
    """A JSON object whose absent members are None: documents leave out what they do not know."""

    def __missing__(self, name: str) -> None:
        return None


def lenient(found: Any) -> Any:
    """The same JSON, absent members read as None; features are left as they are, for there may be thousands."""
    if isinstance(found, Mapping):
        return Lenient({name: each if name == "features" else lenient(each) for name, each in found.items()})
    return [lenient(each) for each in found] if isinstance(found, list) else found


@cache
def _pages() -> Pages:
    return Pages(["cicclo.features"])


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of ours below `base`, without scheme and host, so that a page works behind any door.

    `lang` is the language asked for in the address, empty when the browser's preference decided.
    """

    base: str
    lang: str

    @property
    def root(self) -> str:
        return urlsplit(self.base).path.rstrip("/")

    def to(self, *segments: str, **query: Any) -> str:
        path = "".join("/" + quote(segment, safe="") for segment in segments) or "/"
        pairs = {name: value for name, value in query.items() if value not in ("", None)}
        if self.lang:
            pairs.setdefault("lang", self.lang)
        return f"{self.root}{path}" + (f"?{urlencode(pairs, quote_via=quote, safe='/:,')}" if pairs else "")

    def local(self, href: str) -> str:
        """An absolute address, without scheme and host when it is ours."""
        return self.root + href[len(self.base) :] if href.startswith(f"{self.base}/") else href

    def asset(self, name: str) -> str:
        found = asset(name)
        return self.root + found if found else ""


def _other(visit: Visit) -> dict[str, str]:
    """This page in the other language: an address relative to itself, whatever stands in front of us."""
    lang = "en" if visit.lang == "fr" else "fr"
    pairs = [(name, value) for name, value in visit.request.query_params.multi_items() if name != "lang"]
    return {"lang": lang, "name": LANGUAGE_NAMES[lang], "href": "?" + urlencode([*pairs, ("lang", lang)])}
