"""The page shell: templates of every component, one set of filters, everything escaped."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

import cicclo
from cicclo.kernel.text import Text
from cicclo.web.locale import LANGUAGE_NAMES
from cicclo.web.operation import Visit


class Pages:
    """Renders `component/name.html`; `components` are packages with a `templates` folder.

    `places` are further entries of the main menu: address and name.
    """

    def __init__(self, components: Sequence[str], places: Sequence[tuple[str, Text]] = ()) -> None:
        loaders = {name.rpartition(".")[2]: PackageLoader(name) for name in ("cicclo.web", *components)}
        self._environment = Environment(
            loader=PrefixLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._environment.globals.update(
            version=cicclo.__version__, asset=asset, language_names=LANGUAGE_NAMES, places=places
        )

    def render(self, template: str, visit: Visit, data: dict[str, Any]) -> str:
        words = visit.words
        shown = {
            "_": words.choose,
            "words": words,
            "say": words.say,
            "colon": words.colon,
            "lang": words.lang,
            "visit": visit,
            "other_lang": _other(visit),
            **data,
        }
        return self._environment.get_template(template).render(shown)


def _other(visit: Visit) -> dict[str, str]:
    """The other language and this page's address in it."""
    lang = "en" if visit.lang == "fr" else "fr"
    pairs = [(name, value) for name, value in parse_qsl(visit.request.url.query) if name != "lang"]
    return {
        "lang": lang,
        "name": LANGUAGE_NAMES[lang],
        "href": f"{visit.request.url.path}?{urlencode([*pairs, ('lang', lang)])}",
    }


@cache
def asset(name: str) -> str:
    """Address of a static file, with a mark that changes with its content."""
    file = files("cicclo.web") / "static" / name
    if not file.is_file():
        return ""
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
