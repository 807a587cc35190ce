"""Conformance class identifiers: compare what they mean, report how they are written.

Identifiers are URIs, compared on their tail: scheme, host and version differ between servers and releases
(1.0, 1.1 draft, 0.0), which stops clients that compare them to the letter.
"""

import re

_OGC = re.compile(r"^https?://(?:www\.)?opengis\.net/spec/([\w.-]+)/([\d.]+[\w.-]*)/(conf|req)/(.+?)/?$")
_STAC = re.compile(r"^https?://api\.stacspec\.org/v?([\w.-]+)/(.+?)/?$")
_INSPIRE = re.compile(r"^https?://inspire\.ec\.europa\.eu/id/spec/([\w.-]+)/([\d.]+)/(?:req|conf)/(.+?)/?$")


def normalise(uri: str) -> str:
    """Return the meaning of a class URI, without scheme, host, version and `req`/`conf`.

    `http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs` gives `ogcapi-features-2/conf/crs`;
    `https://api.stacspec.org/v1.0.0/item-search#filter` gives `stac-api/item-search#filter`;
    an unknown URI is returned as it is.
    """
    if match := _OGC.match(uri):
        return f"{match[1]}/conf/{match[4]}"
    if match := _STAC.match(uri):
        return f"stac-api/{match[2]}"
    if match := _INSPIRE.match(uri):
        return f"{match[1]}/conf/{match[3]}"
    return uri


def faults(uri: str) -> list[str]:
    """Name what is wrong with the way a class URI is written: `https`, `req`, `trailing-slash`, `draft`."""
    found = []
    if match := _OGC.match(uri):
        checks = {
            "https": uri.startswith("https:"),
            "req": match[3] == "req",
            "draft": match[2].startswith("0."),
            "trailing-slash": uri.endswith("/"),
        }
        found = [name for name, wrong in checks.items() if wrong]
    elif match := _STAC.match(uri):
        found = [
            name
            for name, wrong in {"draft": "-" in match[1], "trailing-slash": uri.endswith("/")}.items()
            if wrong
        ]
    return found
