"""Which representation and which language a client wants (RFC 9110, 12.5; `f` and `lang` win)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from cicclo.features.errors import NotAcceptable
from cicclo.features.resources import Representation
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.web.negotiation import language as preferred_language

# what clients say when they mean the JSON of a resource
_ALSO = {
    "application/geo+json": ("application/json", "application/vnd.geo+json"),
    "application/schema+json": ("application/json",),
    "application/vnd.oai.openapi+json": ("application/json", "application/openapi+json"),
    "text/html": ("application/xhtml+xml",),
}


def representation(asked: str | None, accept: str, offered: Sequence[Representation]) -> Representation:
    """Return the representation; raise BadInput for an unknown `f`, NotAcceptable (406) when none fits."""
    if asked is not None:
        for each in offered:
            if asked in (each.name, each.media_type):
                return each
        names = ", ".join(each.name for each in offered)
        raise BadInput(
            Text(f"format inconnu : « {asked} »", f"unknown format: “{asked}”"),
            at="f",
            remedy=Text(f"formats offerts : {names}", f"formats offered: {names}"),
        )
    if not accept or accept == "*/*":
        return offered[0]
    ranges = _ranges(accept)
    weighted = [(_weight(each.media_type, ranges), -rank, each) for rank, each in enumerate(offered)]
    best = max(weighted, key=lambda entry: entry[:2])
    if best[0] <= 0:
        types = ", ".join(each.media_type for each in offered)
        raise NotAcceptable(
            Text("aucun de nos formats ne convient", "none of our formats is acceptable"),
            at="Accept",
            remedy=Text(f"formats offerts : {types}", f"formats offered: {types}"),
        )
    return best[2]


def language(asked: str | None, accept: str, offered: Sequence[str]) -> str:
    """Return the language; raise BadInput for one we do not speak."""
    if asked is not None and asked not in offered:
        names = ", ".join(offered)
        raise BadInput(
            Text(f"langue inconnue : « {asked} »", f"unknown language: “{asked}”"),
            at="lang",
            remedy=Text(f"langues : {names}", f"languages: {names}"),
        )
    chosen = preferred_language({"lang": asked or ""}, {}, accept)
    return chosen if chosen in offered else offered[0]


def split(media_type: str) -> tuple[str, dict[str, str]]:
    """Return the type without its parameters, and the parameters; both in lower case."""
    name, *parameters = (piece.strip() for piece in media_type.lower().split(";"))
    pairs = (parameter.partition("=") for parameter in parameters if "=" in parameter)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[tuple[str, Mapping[str, str], float], ...]:
    found = []
    for part in accept.split(","):
        name, parameters = split(part)
        try:
            weight = float(parameters.pop("q", "1"))
        except ValueError:
            continue
        if "/" in name:
            found.append((name, parameters, weight))
    return tuple(found)


def _weight(media_type: str, ranges: Iterable[tuple[str, Mapping[str, str], float]]) -> float:
    """The weight of the most specific range that covers a media type; 0 when none does."""
    name, own = split(media_type)
    names = (name, *_ALSO.get(name, ()))
    best = (0, 0.0)
    for wanted, parameters, weight in ranges:
        if any(own.get(key, value) != value for key, value in parameters.items()):
            continue
        best = max(best, (_specificity(wanted, names), weight)) if _specificity(wanted, names) else best
    return best[1]


def _specificity(wanted: str, names: tuple[str, ...]) -> int:
    if wanted == names[0]:
        return 4
    if wanted in names:
        return 3
    if wanted.endswith("/*") and wanted != "*/*" and names[0].startswith(wanted[:-1]):
        return 2
    return 1 if wanted == "*/*" else 0
