"""Read collections with QGIS's OGC API Features provider; JSON in, JSON out. Run by the Python that QGIS is built for."""

import json
import sys
from typing import Any

from qgis.core import (  # type: ignore[import-not-found]
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)


def opened(url: str, name: str) -> Any:
    uri = f" pagingEnabled='true' restrictToRequestBBOX='0' srsname='OGC:CRS84' typename='{name}' url='{url}'"
    return QgsVectorLayer(uri, name, "OAPIF")


def keys(layer: Any, key: str, request: Any = None) -> list[Any]:
    return [feature[key] for feature in layer.getFeatures(request or QgsFeatureRequest())]


def read(url: str, asked: dict[str, Any]) -> dict[str, Any]:
    name, key = asked["id"], asked["key"]
    layer = opened(url, name)
    if not layer.isValid():
        return {"error": "not valid: " + layer.error().message()}
    lambert = QgsCoordinateReferenceSystem("EPSG:2154")
    request = QgsFeatureRequest().setDestinationCrs(lambert, QgsCoordinateTransformContext())
    shapes = {}
    for feature in layer.getFeatures(request):
        geometry = feature.geometry()
        shapes[str(feature[key])] = None if geometry.isNull() else bytes(geometry.asWkb()).hex()
    box = QgsFeatureRequest(QgsRectangle(*asked["box"])).setFlags(QgsFeatureRequest.ExactIntersect)
    found = {
        "crs": layer.crs().authid(),
        "fields": [field.name() for field in layer.fields()],
        "keys": keys(layer, key),
        "lambert": shapes,
        "inside": keys(opened(url, name), key, box),
        "expression": keys(layer, key, QgsFeatureRequest().setFilterExpression(asked["expression"])),
    }
    layer.setSubsetString(asked["expression"])
    found["subset"] = keys(layer, key)
    return found


program = QgsApplication([], False)  # noqa: FBT003 - no window
program.initQgis()
QgsProject.instance().setTransformContext(QgsCoordinateTransformContext())
work = json.load(sys.stdin)
answer = {each["id"]: read(work["url"], each) for each in work["layers"]}
answer["version"] = Qgis.QGIS_VERSION.split("-")[0]
sys.stdout.write(json.dumps(answer) + "\n")
sys.stdout.flush()
