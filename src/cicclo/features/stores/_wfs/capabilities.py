"""What a WFS says of itself, in version 2.0 or 1.1, whichever it speaks best."""

from collections.abc import Iterable
from dataclasses import dataclass

from cicclo.features.errors import BadSource
from cicclo.features.model import Box
from cicclo.features.stores._wfs import xml
from cicclo.features.stores._wfs.remote import Refused, Remote
from cicclo.kernel.text import Text

_MOST_TYPES = 50


@dataclass(frozen=True, slots=True)
class FeatureType:
    """`crs` is the default one, as written; `box` in degrees."""

    name: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    crs: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Service:
    """`json` is how to ask for GeoJSON, empty when that is not offered."""

    version: str
    json: str
    types: tuple[FeatureType, ...]

    @property
    def is_2(self) -> bool:
        return self.version.startswith("2.")


async def read(remote: Remote) -> Service:
    """Ask for version 2.0, take 1.1 when that is what the service speaks."""
    root = await _capabilities(remote, "2.0.0")
    if root is None or not root.get("version", "").startswith(("2.", "1.1")):
        root = await _capabilities(remote, "1.1.0")
    version = root.get("version", "") if root is not None else ""
    if root is None or not version.startswith(("2.", "1.1")):
        raise BadSource(
            Text("ni WFS 2.0 ni WFS 1.1", "neither WFS 2.0 nor WFS 1.1"),
            at=remote.address.url,
            remedy=Text(
                "vérifier l'adresse : GetCapabilities doit y répondre",
                "check the address: GetCapabilities must answer there",
            ),
        )
    types = tuple(_type(each) for each in xml.every(root, "FeatureType"))
    return Service(version, _json(_formats(root)), _wanted(types, remote.address.types, remote.address.url))


async def _capabilities(remote: Remote, version: str) -> xml.Element | None:
    asked = {"SERVICE": "WFS", "REQUEST": "GetCapabilities", "VERSION": version, "ACCEPTVERSIONS": version}
    try:
        root = xml.parse(await remote.ask(asked))
    except Refused:
        return None
    return root if xml.name(root) == "WFS_Capabilities" else None


def _type(element: xml.Element) -> FeatureType:
    name = xml.text(element, "Name")
    words = (xml.text(each) for each in xml.every(element, "Keyword"))
    return FeatureType(
        name,
        xml.text(element, "Title") or name,
        xml.text(element, "Abstract"),
        tuple(word for word in words if word),
        xml.text(element, "DefaultCRS") or xml.text(element, "DefaultSRS"),
        _box(element),
    )


def _box(element: xml.Element) -> Box | None:
    """The extent in degrees; None when it is not said, or not in numbers."""
    said = next(iter(xml.every(element, "WGS84BoundingBox")), None)
    if said is None:
        return None
    try:
        west, south = (float(each) for each in xml.text(said, "LowerCorner").split()[:2])
        east, north = (float(each) for each in xml.text(said, "UpperCorner").split()[:2])
    except ValueError:
        return None
    usable = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if usable else None


def _formats(root: xml.Element) -> Iterable[str]:
    for operation in xml.every(root, "Operation"):
        if operation.get("name") == "GetFeature":
            for parameter in xml.every(operation, "Parameter"):
                if parameter.get("name", "").lower() == "outputformat":
                    yield from (xml.text(value) for value in xml.every(parameter, "Value"))


def _json(formats: Iterable[str]) -> str:
    found = [
        each
        for each in formats
        if "json" in each.lower() and "javascript" not in each.lower() and "jsonp" not in each.lower()
    ]
    return min(found, key=lambda each: ("geo" not in each.lower(), len(each)), default="")


def _wanted(types: tuple[FeatureType, ...], named: tuple[str, ...], at: str) -> tuple[FeatureType, ...]:
    names = ", ".join(each.name for each in types[:_MOST_TYPES])
    remedy = Text(f"couches : {names}", f"layers: {names}")
    if not named:
        if not types or len(types) > _MOST_TYPES:
            raise BadSource(
                Text(
                    f"{len(types)} couches : dire lesquelles servir (layer)",
                    f"{len(types)} layers: say which ones to serve (layer)",
                ),
                at=at,
                remedy=remedy,
            )
        return types
    found = {each.name: each for each in types} | {
        each.name.partition(":")[2]: each for each in types if ":" in each.name
    }
    for name in named:
        if name not in found:
            raise BadSource(Text(f"pas de couche « {name} »", f"no layer “{name}”"), at=at, remedy=remedy)
    return tuple(found[name] for name in named)
