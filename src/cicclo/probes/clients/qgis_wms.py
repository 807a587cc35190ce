"""QGIS, WMS provider: capabilities, then a map of 256 pixels in the CRS that the layer announces first."""

from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc import crs
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._walk import Refused, Visit, counted, named, not_exception, replay
from cicclo.probes.documents import success, xml_of

MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF"}


async def open_it(visit: Visit) -> Text | None:
    root = await visit.xml({"SERVICE": "WMS", "REQUEST": "GetCapabilities"})
    names = [
        e
        for layer in named(root, "Layer")
        for e in layer
        if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == "Name"
    ]
    if not names:
        raise Refused("aucune couche dans les capacités", "no layer in the capabilities")
    visit.notes["version"] = root.get("version") or "1.3.0"
    return counted(len(names), "couches", "layers")


async def read(visit: Visit) -> Text | None:
    layer = visit.first("layer")
    answer = success(
        await visit.ask.get(visit.url, {**_view(visit, layer), "FORMAT": "image/png", "TRANSPARENT": "TRUE"})
    )
    if "xml" in answer.media_type:
        not_exception(xml_of(answer))
    if not answer.body.startswith(tuple(MAGIC.values())):
        raise Refused(
            f"la carte n'est pas une image ({answer.media_type})",
            f"the map is not an image ({answer.media_type})",
        )
    return Text(answer.media_type, answer.media_type)


def _view(visit: Visit, layer: Any) -> dict[str, Any]:
    new = visit.notes["version"] == "1.3.0"
    announced = [crs.code(identifier) for identifier in getattr(layer, "crs", ())]
    chosen = next((c for c in ("EPSG:4326", "OGC:CRS84", *announced) if c in announced), "EPSG:4326")
    box = _box(getattr(layer, "bbox", None), chosen, swapped=new and crs.northing_first(chosen))
    written = chosen.replace("OGC:CRS", "CRS:").replace("CRS:CRS", "CRS:")
    return {
        "SERVICE": "WMS",
        "VERSION": visit.notes["version"],
        "REQUEST": "GetMap",
        "LAYERS": layer.name,
        "STYLES": "",
        "CRS" if new else "SRS": written,
        "BBOX": ",".join(f"{n:g}" for n in box),
        "WIDTH": 256,
        "HEIGHT": 256,
    }


def _box(bounds: Any, target: str, *, swapped: bool) -> tuple[float, ...]:
    """The layer's box in the CRS asked for, easting first unless `swapped`."""
    west, south, east, north = (
        bounds if isinstance(bounds, tuple) and len(bounds) == 4 else (-5.0, 41.0, 10.0, 51.5)
    )
    change = crs.from_crs84(target)
    if target in ("EPSG:4326", "OGC:CRS84") or change is None:
        box = (west, south, east, north)
    else:
        box = change.transform_bounds(west, south, east, north)
        if crs.northing_first(target):
            box = (box[1], box[0], box[3], box[2])
    return (box[1], box[0], box[3], box[2]) if swapped else box


CLIENTS.add(replay("qgis-wms", "QGIS", "3.34", "wms", ("open", open_it), ("read", read)))
