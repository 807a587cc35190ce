"""The GDAL that pyogrio brings: OGC API Features, WFS, and FlatGeobuf read over the network."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cicclo.probes.clients import CLIENTS, Client
from cicclo.probes.clients._sandbox import Sandbox
from cicclo.probes.model import Step

MEMBERS = {"ogcapi": "collection", "wfs": "type"}


def first_name(service: Any) -> str:
    """Name of the first collection or type."""
    members = service.members.get(MEMBERS.get(service.endpoint.protocol, "")) or ()
    return str(getattr(members[0], "name", "") or getattr(members[0], "id", "")) if members else ""


async def run(service: Any, sandbox: Sandbox) -> list[Step]:
    endpoint = service.endpoint
    arguments = (endpoint.protocol, endpoint.url, first_name(service))
    return await sandbox.steps("_program_gdal.py", *arguments, expected=("open", "describe", "read"))


def missing() -> str:
    try:
        version("pyogrio")
    except PackageNotFoundError:
        return "pip install pyogrio"
    return ""


def gdal_version() -> str:
    try:
        import pyogrio  # noqa: PLC0415 - heavy, and asked only when clients are tried
    except ImportError:
        return ""
    return ".".join(str(part) for part in pyogrio.__gdal_version__)


CLIENTS.add(
    Client(
        "gdal-pyogrio", "GDAL (pyogrio)", gdal_version, "real", ("ogcapi", "wfs", "flatgeobuf"), run, missing
    )
)
