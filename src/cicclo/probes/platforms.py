"""The registry of platforms: ids, names, regions and announced endpoints (`platforms.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# how the registry writes a protocol → our protocol id
PROTOCOL_NAMES = {"ogcapi-features": "ogcapi", "openapi": ""}


@dataclass(frozen=True, slots=True)
class Platform:
    """`endpoints` are (protocol id, address); `regions` INSEE codes, FR for national."""

    id: str
    name: str
    operator: str
    homepage: str
    endpoints: tuple[tuple[str, str], ...]
    regions: tuple[str, ...] = ()
    software: tuple[str, ...] = ()


@cache
def registry() -> Mapping[str, Platform]:
    """Every platform by id."""
    return read((files("cicclo.probes") / "platforms.yaml").read_text("utf-8"))


def read(text: str) -> Mapping[str, Platform]:
    """Read a registry file."""
    raw = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C where it is there
    return {entry["id"]: _platform(entry) for entry in raw["platforms"]}


def platform(name: str) -> Platform | None:
    """Return the platform with this id, or None when it is not one (an address, say)."""
    return None if "://" in name else registry().get(name)


def _platform(entry: dict[str, Any]) -> Platform:
    endpoints = tuple(
        (PROTOCOL_NAMES.get(e["protocol"], e["protocol"]), e["url"]) for e in entry.get("endpoints", ())
    )
    return Platform(
        id=entry["id"],
        name=entry["name"],
        operator=entry.get("operator", ""),
        homepage=entry.get("homepage", ""),
        endpoints=endpoints,
        regions=tuple(entry.get("regions", ())),
        software=tuple(s["name"] for s in entry.get("software", ())),
    )
