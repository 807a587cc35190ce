"""INSPIRE download services by OGC API Features (good practice 1.0, 2021): which of its classes are true here."""

from collections.abc import Sequence

from cicclo.features.http.kept import prepared
from cicclo.features.ports import Store
from cicclo.features.service import Service
from cicclo.ogc import crs as crss

ETRS89 = ("European Terrestrial Reference System", "Reseau Geodesique Francais 1993")
CLASS = "http://inspire.ec.europa.eu/id/spec/oapif-download/1.0/req"


def classes(service: Service) -> Sequence[str]:
    """Metadata, licence and CRS are the operator's to configure; the rest is always there."""
    stores = list(service.stores.values())
    collections = [store.collection for store in stores]
    metadata = any(each.rel == "describedby" and each.type == "application/xml" for each in service.links)
    licensed = service.licence is not None or (
        bool(collections) and all(each.licence for each in collections)
    )
    european = bool(collections) and all(any(map(etrs89, each.crs)) for each in collections)
    true = {
        "pre-defined": metadata and licensed,
        "multilinguality": len(service.languages) > 1,
        "geojson": True,
        "bulk-download": bool(stores) and all(_bulk(store) for store in stores),
        "inspire-crs": european,
    }
    return [f"{CLASS}/{name}" for name, holds in true.items() if holds]


def _bulk(store: Store) -> bool:
    """A file of the whole collection, with its length: ours, or one that the operator links to."""
    linked = (each for each in store.collection.links if each.rel == "enclosure" and each.length is not None)
    return prepared(store) is not None or any(linked)


def etrs89(identifier: str) -> bool:
    """Tell whether a CRS is based on ETRS89 (EPSG:4258, 3035…) or on RGF93, its French realisation (EPSG:2154…)."""
    read = crss.read(identifier)
    geodetic = read.geodetic_crs if read else None
    return bool(geodetic and geodetic.datum and any(name in geodetic.datum.name for name in ETRS89))
