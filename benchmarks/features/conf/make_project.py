"""Have QGIS write the project that QGIS Server serves; run by the Python that python3-qgis is installed for."""

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsProject,
    QgsVectorLayer,
)

program = QgsApplication([], False)
program.initQgis()
project = QgsProject.instance()
project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
names = []
for table in ("communes", "points"):
    uri = QgsDataSourceUri()
    uri.setConnection("127.0.0.1", "@PORT@", "postgres", "bench", "bench")
    uri.setDataSource("public", table, "geom", "", "id")
    uri.setSrid("4326")
    uri.setUseEstimatedMetadata(True)
    layer = QgsVectorLayer(uri.uri(False), table, "postgres")
    assert layer.isValid(), table
    project.addMapLayer(layer)
    names.append(layer.id())
project.writeEntry("WFSLayers", "/", names)
for name in names:
    project.writeEntry("WFSLayersPrecision", "/" + name, 6)
project.writeEntry("WMSServiceCapabilities", "/", True)
project.writeEntry("WMSServiceTitle", "/", "bench")
assert project.write("@FOLDER@/bench.qgs")
