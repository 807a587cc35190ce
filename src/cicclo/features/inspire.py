"""INSPIRE download services by OGC API Features (good practice 1.0, 2021): which of its classes are true here."""

from collections.abc import Sequence

from cicclo.features.encodings import of_downloads
from cicclo.features.service import Service
from cicclo.ogc import crs as crss

CLASS = "http://inspire.ec.europa.eu/id/spec/oapif-download/1.0/req"


def classes(service: Service) -> Sequence[str]:
    """Metadata, licence and CRS are the operator's to configure; the rest is always there."""
    collections = [store.collection for store in service.stores.values()]
    metadata = any(each.rel == "describedby" and each.type == "application/xml" for each in service.links)
    licensed = service.licence is not None or (
        bool(collections) and all(each.licence for each in collections)
    )
    european = bool(collections) and all(any(map(etrs89, each.crs)) for each in collections)
    true = {
        "pre-defined": metadata and licensed,
        "multilinguality": len(service.languages) > 1,
        "geojson": True,
        "bulk-download": bool(of_downloads()),
        "inspire-crs": european,
    }
    return [f"{CLASS}/{name}" for name, holds in true.items() if holds]


def etrs89(identifier: str) -> bool:
    """Tell whether a CRS is based on ETRS89 (EPSG:4258, 3035…); RGF93, its French realisation, has its own datum."""
    read = crss.read(identifier)
    geodetic = read.geodetic_crs if read else None
    return bool(
        geodetic and geodetic.datum and "European Terrestrial Reference System" in geodetic.datum.name
    )
