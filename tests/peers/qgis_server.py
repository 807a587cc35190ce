"""QGIS Server, through the development server it comes with: WMS, WFS, WMTS and OGC API Features."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers import Absent

from cicclo.hub.demo.peers import DATA
from cicclo.hub.demo.processes import free_port, running

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that python3-qgis is installed for
_PROJECT = """
import sys
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
program = QgsApplication([], False)
program.initQgis()
project = QgsProject.instance()
project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
names = []
for path in sys.argv[2:]:
    layer = QgsVectorLayer(path, path.rsplit("/", 1)[1].split("_")[0], "ogr")
    assert layer.isValid(), path
    project.addMapLayer(layer)
    names.append(layer.id())
project.writeEntry("WMSServiceCapabilities", "/", True)
project.writeEntry("WMSServiceTitle", "/", "Démonstration QGIS Server")
project.writeEntry("WMSCrsList", "/", ["EPSG:4326", "EPSG:3857", "EPSG:2154"])
project.writeEntry("WMSUseLayerIDs", "/", False)
project.writeEntry("WFSLayers", "/", names)
project.writeEntry("WMTSLayers", "Project", True)
for name in names:
    project.writeEntry("WFSLayersPrecision", "/" + name, 8)
assert project.write(sys.argv[1])
"""


@contextmanager
def qgis_server(folder: Path) -> Iterator[dict[str, str]]:
    program = shutil.which("qgis_mapserver")
    if program is None:
        raise Absent("qgis_mapserver (Debian: qgis-server)")
    env = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    project = _project(folder, env)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [program, "-p", str(project), f"127.0.0.1:{port}"]
    with running(command, f"{url}/wfs3.json", folder / "qgis.log", env):
        yield {
            "wms": f"{url}/?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0",
            "wfs": f"{url}/?SERVICE=WFS&REQUEST=GetCapabilities&VERSION=1.1.0",
            "ogcapi": f"{url}/wfs3",
        }


def _project(folder: Path, env: dict[str, str]) -> Path:
    """Have QGIS itself write a project of the demo data."""
    project = folder / "demo.qgs"
    layers = [
        str(DATA / "hauts-de-france" / f"{name}_hauts_de_france.geojson") for name in ("epci", "departements")
    ]
    command = [SYSTEM_PYTHON, "-c", _PROJECT, str(project), *layers]
    done = subprocess.run(
        command, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=120
    )
    # the layers' own clean-up may abort at exit: what counts is the project
    if not project.exists():
        raise Absent(f"python3-qgis ({done.stderr.strip().splitlines()[-1:]})")
    return project
