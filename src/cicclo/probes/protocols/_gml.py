"""Features, identifiers and coordinates of a GetFeature answer, in any version of GML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from cicclo.probes.documents import local
from cicclo.probes.protocols._ows import Root, children, descendants, integer, number

_MEMBERS = ("member", "featureMember", "featureMembers")


@dataclass(frozen=True, slots=True)
class Page:
    """What a collection says of itself. `matched` is None when unknown or not said."""

    features: tuple[Root, ...]
    returned: int | None
    matched: int | None
    matched_as_written: str
    next: str

    @property
    def ids(self) -> list[str]:
        return [feature_id(feature) or fingerprint(feature) for feature in self.features]


def page(root: Root) -> Page:
    """Read a feature collection; WFS 1.1 says numberOfFeatures, which counts what is returned (or hits)."""
    returned = integer(root.get("numberReturned") or root.get("numberOfFeatures"))
    written = root.get("numberMatched") or root.get("numberOfFeatures") or ""
    return Page(tuple(features(root)), returned, integer(written), written, root.get("next", ""))


def features(root: Root) -> Iterator[Root]:
    """Features of the members of a collection, those of nested collections included."""
    for name in _MEMBERS:
        for member in children(root, name):
            for feature in member.iterchildren(etree.Element):
                if local(feature) in ("FeatureCollection", "SimpleFeatureCollection"):
                    yield from features(feature)
                else:
                    yield feature


def feature_id(feature: Root) -> str:
    """gml:id, or fid in GML 2."""
    for name, value in feature.attrib.items():
        if etree.QName(name).localname in ("id", "fid"):
            return str(value)
    return ""


def fingerprint(feature: Root) -> str:
    return " ".join(str(part).strip() for part in feature.itertext())[:500]


def attributes(feature: Root) -> list[str]:
    """Names of the properties of a feature that hold a plain value."""
    return [local(e) for e in feature.iterchildren(etree.Element) if len(e) == 0 and (e.text or "").strip()]


def first_position(feature: Root) -> tuple[float, float] | None:
    """The first position of the first geometry, in the order it is written; the envelope is left aside."""
    for prop in feature.iterchildren(etree.Element):
        if local(prop) == "boundedBy":
            continue
        for element in descendants(prop, "pos", "posList", "coordinates"):
            values = [number(part) for part in re.split(r"[\s,]+", (element.text or "").strip())[:2]]
            if len(values) == 2 and values[0] is not None and values[1] is not None:
                return values[0], values[1]
    return None


def srs_names(root: Root) -> set[str]:
    """Every srsName written in a document."""
    return {element.get("srsName", "") for element in root.iter(etree.Element)} - {""}
