"""The same layer behind several services: what each offers, under one comparable name."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from cicclo.ogc import crs
from cicclo.probes.errors import Missing
from cicclo.probes.protocol import Service
from cicclo.probes.protocols.platform import Platform
from cicclo.probes.runner import sample
from cicclo.probes.session import Ask

KINDS = {"wfs": "type", "wms": "layer", "wmts": "layer", "ogcapi": "collection"}
DOWNLOAD = ("wfs", "ogcapi")


@dataclass(frozen=True, slots=True)
class Offer:
    """One layer, type or collection; `box` is west, south, east, north in degrees, `metadata` its MetadataURLs."""

    service: Service
    member: Any
    name: str
    title: str
    box: tuple[float, ...]
    crs: frozenset[str]
    metadata: tuple[str, ...]

    @property
    def protocol(self) -> str:
        return self.service.endpoint.protocol

    @property
    def shown(self) -> str:
        """How a message names it."""
        return f"{self.protocol} {self.name}"


def key(name: str) -> str:
    """A name without its workspace, case, accents and choice of separators: `ws:Zone-Été` is `zone_ete`."""
    bare = unicodedata.normalize("NFKD", name.rpartition(":")[2]).casefold()
    return "".join("_" if c in "-. " else c for c in bare if not unicodedata.combining(c))


def offers(platform: Platform, *protocols: str) -> list[Offer]:
    """Everything the services of a platform offer by layer."""
    return [
        _offer(service, member)
        for service in platform.services
        if service.endpoint.protocol in (protocols or tuple(KINDS))
        for member in service.members.get(KINDS.get(service.endpoint.protocol, ""), ())
    ]


def shared(platform: Platform, ask: Ask, *protocols: str) -> list[list[Offer]]:
    """Offers of the same layer by different services, a sample of them; raise Missing when none is shared."""
    groups: dict[str, dict[str, Offer]] = defaultdict(dict)
    for offer in offers(platform, *protocols):
        groups[key(offer.name)].setdefault(offer.service.endpoint.id, offer)
    found = [list(group.values()) for name, group in sorted(groups.items()) if name and len(group) > 1]
    if not found:
        raise Missing("aucune couche n'est offerte par deux services", "no layer is offered by two services")
    return list(sample(found, ask.options.sample))


def _offer(service: Service, member: Any) -> Offer:
    document = getattr(member, "document", {})
    name = str(getattr(member, "name", "") or getattr(member, "id", ""))
    title = getattr(member, "title", "") or document.get("title") or ""
    box = tuple(getattr(member, "bbox", None) or ())
    codes = frozenset(crs.code(identifier) for identifier in getattr(member, "crs", ()) or ()) - {""}
    links = tuple(str(link) for link in getattr(member, "metadata", ()) or ())
    return Offer(
        service, member, name, str(title), (*box[:2], *box[3:5]) if len(box) == 6 else box, codes, links
    )
