"""QGIS, WFS provider: both TYPENAMES and TYPENAME, STARTINDEX and COUNT, SRSNAME as a URN."""

from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc import crs
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._walk import Refused, Visit, counted, named, replay
from cicclo.probes.documents import local


async def open_it(visit: Visit) -> Text | None:
    root = await visit.xml(
        {"SERVICE": "WFS", "REQUEST": "GetCapabilities", "ACCEPTVERSIONS": "2.0.0,1.1.0,1.0.0"}
    )
    types = named(root, "FeatureType")
    if not types:
        raise Refused("aucun type d'objets dans les capacités", "no feature type in the capabilities")
    visit.notes["version"] = root.get("version") or "2.0.0"
    visit.notes["type"] = visit.first("type")
    return counted(len(types), "types", "types")


async def describe(visit: Visit) -> Text | None:
    root = await visit.xml(_asked(visit, "DescribeFeatureType"))
    if local(root) != "schema":
        raise Refused(
            "DescribeFeatureType ne rend pas un schéma XML", "DescribeFeatureType gives no XML schema"
        )
    return None


async def count(visit: Visit) -> Text | None:
    root = await visit.xml(_asked(visit, "GetFeature", RESULTTYPE="hits"))
    number = root.get("numberMatched") or root.get("numberOfFeatures") or ""
    return Text(f"{number or 'nombre inconnu'}", f"{number or 'unknown number'}")


async def read(visit: Visit) -> Text | None:
    root = await visit.xml(_asked(visit, "GetFeature", **_page(visit, 0), **_srs(visit)))
    if local(root) != "FeatureCollection":
        raise Refused(f"GetFeature rend <{local(root)}>", f"GetFeature gives <{local(root)}>")
    visit.notes["first"] = _ids(root)
    return counted(len(visit.notes["first"]), "objets", "features")


async def page(visit: Visit) -> Text | None:
    if not visit.notes["version"].startswith("2.") or not visit.notes["first"]:
        return Text("pas de pagination avant WFS 2.0", "no paging before WFS 2.0")
    again = _ids(await visit.xml(_asked(visit, "GetFeature", **_page(visit, 2), **_srs(visit))))
    if set(again) & set(visit.notes["first"]):
        raise Refused("la page suivante répète les mêmes objets", "the next page repeats the same features")
    return counted(len(again), "objets", "features")


def _asked(visit: Visit, request: str, **more: Any) -> dict[str, Any]:
    version, name = visit.notes["version"], visit.notes["type"].name
    both = {"TYPENAMES": name} if version.startswith("2.") else {}
    return {"SERVICE": "WFS", "REQUEST": request, "VERSION": version, **both, "TYPENAME": name, **more}


def _page(visit: Visit, start: int) -> dict[str, Any]:
    if visit.notes["version"].startswith("2."):
        return {"STARTINDEX": start, "COUNT": 2}
    return {"MAXFEATURES": 2}


def _srs(visit: Visit) -> dict[str, str]:
    known = crs.code(next(iter(visit.notes["type"].crs), ""))
    if not known.startswith("EPSG:"):
        return {}
    number = known.removeprefix("EPSG:")
    return {
        "SRSNAME": f"EPSG:{number}"
        if visit.notes["version"] == "1.0.0"
        else f"urn:ogc:def:crs:EPSG::{number}"
    }


def _ids(root: Any) -> list[str]:
    """Identifiers of the features, at any depth that GML versions put them."""
    found = [
        next((str(v) for k, v in child.attrib.items() if k.rpartition("}")[2] in ("id", "fid")), "")
        for holder in named(root, "member", "featureMember", "featureMembers")
        for child in holder
        if isinstance(child.tag, str)
    ]
    return [identifier for identifier in found if identifier] or found


CLIENTS.add(
    replay(
        "qgis-wfs",
        "QGIS",
        "3.34",
        "wfs",
        ("open", open_it),
        ("describe", describe),
        ("count", count),
        ("read", read),
        ("page", page),
    )
)
