"""One resource, several languages and representations: what this reader prefers."""

from collections.abc import Iterator, Mapping

from cicclo.kernel.text import LANGS

LANG_COOKIE = "cicclo_lang"


def language(query: Mapping[str, str], cookies: Mapping[str, str], accept: str) -> str:
    """Return the language: asked for in the address, chosen before, preferred by the browser, else French."""
    for asked in (query.get("lang", ""), cookies.get(LANG_COOKIE, "")):
        if asked in LANGS:
            return asked
    for value in _preferred(accept):
        if value.split("-")[0] in LANGS:
            return value.split("-")[0]
    return LANGS[0]


def wants_json(accept: str) -> bool:
    """Tell whether JSON is preferred to HTML (RFC 9110, 12.5.1): a bare `*/*` is happy with a page."""
    for value in _preferred(accept):
        if value in ("text/html", "application/xhtml+xml", "*/*", "text/*"):
            return False
        if value == "application/json" or value.endswith("+json"):
            return True
    return False


def _preferred(header: str) -> Iterator[str]:
    """Values of an Accept-like header, best first; those with q=0 or an unreadable q are left out."""
    weighted: list[tuple[float, str]] = []
    for part in header.lower().split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            continue
        if value and weight > 0:
            weighted.append((weight, value))
    return (value for _, value in sorted(weighted, key=lambda pair: -pair[0]))
