"""`wfs+https://…`: where the service is, which of its types are wanted, how much may be asked of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cicclo.features.errors import BadSource
from cicclo.kernel.text import Text

SCHEMES = ("wfs+https://", "wfs+http://")
_OWN = frozenset(
    [
        "service",
        "request",
        "version",
        "acceptversions",
        "typename",
        "typenames",
        "count",
        "maxfeatures",
        "startindex",
        "outputformat",
        "srsname",
        "bbox",
        "filter",
        "resulttype",
        "sortby",
        "resourceid",
        "featureid",
    ]
)
_FIGURES = {"keep": 20_000, "seconds": 300, "scan": 20_000, "page": 1000}


@dataclass(frozen=True, slots=True)
class Address:
    """`keep`: a type of at most that many features is held whole, and asked again after `seconds`.

    `scan`: how many features one filtered request may look at, on a bigger type. `page`: asked at once.
    """

    url: str
    types: tuple[str, ...] = ()
    allow_private: bool = False
    keep: int = 20_000
    seconds: int = 300
    scan: int = 20_000
    page: int = 1000

    def asking(self, parameters: dict[str, str]) -> str:
        """The address of a request; parameters of the service's own (map=…) stay."""
        parts = urlsplit(self.url)
        return urlunsplit(
            parts._replace(
                query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()])
            )
        )


def read(address: str, options: dict[str, Any]) -> Address:
    """Read what the person wrote; raise BadSource for what is no address of a WFS."""
    parts = urlsplit(address.removeprefix("wfs+"))
    if not parts.hostname:
        raise BadSource(
            Text("adresse sans serveur", "address without a server"),
            at=address,
            remedy=Text("wfs+https://exemple.fr/wfs", "wfs+https://example.org/wfs"),
        )
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0].lower() not in _OWN]
    named = [value for name, value in pairs if name.lower() in ("typename", "typenames")]
    wanted = str(options.get("layer", "")) or ",".join(named)
    return Address(
        urlunsplit(parts._replace(query=urlencode(kept), fragment="")),
        tuple(name.strip() for name in wanted.split(",") if name.strip()),
        bool(options.get("allow_private")),
        **{name: _figure(name, options.get(name, usual)) for name, usual in _FIGURES.items()},
    )


def _figure(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < (0 if name == "keep" else 1):
        raise BadSource(
            Text("nombre entier positif attendu", "positive whole number expected"),
            at=f"source.options.{name}",
            remedy=Text(f"par exemple {_FIGURES[name]}", f"for instance {_FIGURES[name]}"),
        )
    return value
