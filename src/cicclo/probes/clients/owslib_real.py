"""OWSLib itself: WFS, WMS, WMTS, CSW, OGC API Features."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cicclo.probes.clients import CLIENTS, Client
from cicclo.probes.clients._sandbox import Sandbox
from cicclo.probes.model import Step

STEPS = {
    "wfs": ("open", "describe", "read"),
    "wms": ("open", "read"),
    "wmts": ("open",),
    "csw": ("open", "search", "read"),
    "ogcapi": ("open", "list", "read"),
}
MEMBERS = {"ogcapi": "collection", "wfs": "type", "wms": "layer"}


async def run(service: Any, sandbox: Sandbox) -> list[Step]:
    endpoint = service.endpoint
    members = service.members.get(MEMBERS.get(endpoint.protocol, "")) or ()
    name = str(getattr(members[0], "name", "") or getattr(members[0], "id", "")) if members else ""
    arguments = (endpoint.protocol, endpoint.url, service.version, name)
    return await sandbox.steps("_program_owslib.py", *arguments, expected=STEPS[endpoint.protocol])


def owslib_version() -> str:
    try:
        return version("owslib")
    except PackageNotFoundError:
        return ""


def missing() -> str:
    return "" if owslib_version() else "pip install owslib"


CLIENTS.add(Client("owslib", "OWSLib", owslib_version, "real", tuple(STEPS), run, missing))
