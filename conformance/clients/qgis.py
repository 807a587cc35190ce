"""QGIS, without its window: the provider opens our landing page, pages, filters and re-projects."""

import functools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import shapely

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.clients._programs import ask
from conformance.layers import Layer, reproject

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-qgis is installed for
SCRIPT = Path(__file__).with_name("_qgis.py")
BOX = (2.9, 50.5, 3.2, 50.8)  # around Lille
CLOSE = 0.25  # metres
PATIENCE = 240


@functools.cache
def missing() -> str:
    """Name QGIS's Python module, or its provider, when they are not there."""
    if shutil.which(SYSTEM_PYTHON) is None:
        return SYSTEM_PYTHON
    command = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    return "python3-qgis, qgis-providers" if done.returncode else ""


def _expression(layer: Layer) -> str:
    value = layer.keys[len(layer.keys) // 2]
    return f"\"{layer.key}\" = '{value}'" if isinstance(value, str) else f'"{layer.key}" = {value}'


def run(served: Served, folder: Path) -> Text:
    asked = {
        "url": served.url,
        "layers": [
            {"id": layer.id, "key": layer.key, "box": BOX, "expression": _expression(layer)}
            for layer in served.layers
        ],
    }
    env = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    answer = ask([SYSTEM_PYTHON, "-I", str(SCRIPT)], asked, PATIENCE, env)
    said = [f"{layer.id}: {what}" for layer in served.layers for what in _wrong(layer, answer[layer.id])]
    if said:
        raise Failed("; ".join(said))
    total = sum(len(layer.keys) for layer in served.layers)
    return Text(
        f"QGIS {answer['version']} : {total} objets, filtrés, reprojetés",
        f"QGIS {answer['version']}: {total} features, filtered, re-projected",
    )


def _wrong(layer: Layer, found: dict[str, Any]) -> list[str]:
    if "error" in found:
        return [found["error"]]
    said = []
    middle = [layer.keys[len(layer.keys) // 2]]
    box = shapely.box(*BOX)
    inside = [key for key, _, shape in layer.rows() if shape is not None and shape.intersects(box)]
    for name, wanted in (
        ("keys", layer.keys),
        ("inside", inside),
        ("subset", middle),
        ("expression", middle),
    ):
        if sorted(found[name]) != sorted(wanted):
            said.append(f"{name}: {len(found[name])} features instead of {len(wanted)}")
    if lost := set(layer.table.column_names) - set(found["fields"]):
        said.append(f"no field {', '.join(sorted(lost))}")
    return said + _misplaced(layer, found["lambert"])


def _misplaced(layer: Layer, found: dict[str, str | None]) -> list[str]:
    """Compare what QGIS re-projected with what PROJ does from the source."""
    wanted = reproject(layer.geometries, 4326, 2154)
    wrong = []
    for key, shape in zip(layer.keys, wanted, strict=True):
        wkb = found.get(str(key))
        theirs = None if wkb is None else shapely.from_wkb(bytes.fromhex(wkb))
        far = (shape is None) is not (theirs is None)
        if shape is not None and theirs is not None:
            far = shapely.hausdorff_distance(shape, theirs) > CLOSE
        if far:
            wrong.append(str(key))
    return [f"{len(wrong)} not where they should be in EPSG:2154: {', '.join(wrong[:3])}"] if wrong else []


CLIENTS.add(
    Client(
        "QGIS",
        10,
        Text(
            "le fournisseur OAPIF ouvre la landing page, parcourt toutes les pages, filtre par rectangle, par sous-ensemble "
            "et par expression, reprojette en Lambert-93",
            "the OAPIF provider opens the landing page, walks all pages, filters by rectangle, by subset and by "
            "expression, re-projects to Lambert-93",
        ),
        missing,
        run,
    )
)
