"""The GDAL of the machine, when gdal-bin is installed: `ogrinfo` for features, `gdalinfo` for rasters."""

import re
import shutil
import subprocess
from functools import cache
from typing import Any

from cicclo.kernel.text import Text
from cicclo.probes.clients import CLIENTS, Client
from cicclo.probes.clients._sandbox import Ran, Sandbox, finished
from cicclo.probes.clients.gdal_pyogrio import first_name
from cicclo.probes.model import Outcome, Step

PREFIXES = {"ogcapi": "OAPIF:", "wfs": "WFS:", "flatgeobuf": "/vsicurl/", "cog": "/vsicurl/"}


async def vectors(service: Any, sandbox: Sandbox) -> list[Step]:
    source = PREFIXES[service.endpoint.protocol] + service.endpoint.url
    listed = await sandbox.run("ogrinfo", "-ro", source)
    steps = [_step("open", listed, r"(?m)^\d+: ")]
    layer = first_name(service)
    if steps[0].outcome is Outcome.PASSED and layer:
        read = await sandbox.run("ogrinfo", "-ro", "-so", source, layer)
        steps.append(_step("describe", read, r"Layer name: "))
        listed = read
    return finished(steps, listed, ("open", "describe") if layer else ("open",))


async def raster(service: Any, sandbox: Sandbox) -> list[Step]:
    ran = await sandbox.run("gdalinfo", PREFIXES["cog"] + service.endpoint.url)
    return finished([_step("open", ran, r"Size is \d+, \d+")], ran, ("open",))


def _step(name: str, ran: Ran, sign: str) -> Step:
    if ran.code == 0 and re.search(sign, ran.output):
        return Step(name, Outcome.PASSED)
    said = next(
        (line for line in ran.errors.splitlines() if "ERROR" in line),
        ran.errors.strip() or ran.output.strip(),
    )[:300]
    if ran.code is None:
        return Step(
            name,
            Outcome.CANT_TELL,
            Text("le programme n'a pas fini dans le délai", "the program did not finish in time"),
        )
    return Step(name, Outcome.FAILED, Text(said, said) if said else Text("réponse vide", "empty answer"))


@cache
def gdal_version() -> str:
    program = shutil.which("ogrinfo")
    if not program:
        return ""
    said = subprocess.run(  # noqa: S603 - the program found on the path
        [program, "--version"], capture_output=True, text=True, check=False, timeout=10
    ).stdout
    found = re.search(r"GDAL ([\d.]+)", said)
    return found[1] if found else ""


def missing() -> str:
    return "" if shutil.which("ogrinfo") and shutil.which("gdalinfo") else "apt install gdal-bin"


CLIENTS.add(
    Client(
        "gdal-ogrinfo",
        "GDAL (ogrinfo)",
        gdal_version,
        "real",
        ("ogcapi", "wfs", "flatgeobuf"),
        vectors,
        missing,
    )
)
CLIENTS.add(Client("gdal-gdalinfo", "GDAL (gdalinfo)", gdal_version, "real", ("cog",), raster, missing))
