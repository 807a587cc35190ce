"""Run by a sandbox: use a service with OWSLib, and print what each step gave.

`_program_owslib.py PROTOCOL URL VERSION NAME`
"""

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any


def attempt(step: str, action: Callable[[], tuple[Any, str]]) -> Any:
    """Try one step, print its outcome, and stop the program where OWSLib gives up."""
    try:
        result, said = action()
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what its user would see
        print(json.dumps({"step": step, "outcome": "failed", "said": f"{type(error).__name__}: {error}"}))  # noqa: T201
        sys.exit(0)
    print(json.dumps({"step": step, "outcome": "passed", "said": said}), flush=True)  # noqa: T201
    return result


def contents(service: Any) -> tuple[Any, str]:
    """A service with something in it; raise ValueError when it lists nothing."""
    if not service.contents:
        msg = "no layer"
        raise ValueError(msg)
    return service, str(len(service.contents))


def chosen(service: Any, wanted: str) -> str:
    return wanted if wanted in service.contents else next(iter(service.contents))


def wfs(url: str, version: str, name: str) -> None:
    from owslib.wfs import WebFeatureService  # noqa: PLC0415

    service = attempt(
        "open", lambda: contents(WebFeatureService(url, version=version or "2.0.0", timeout=30))
    )
    layer = chosen(service, name)
    attempt("describe", lambda: (None, str(len((service.get_schema(layer) or {}).get("properties", {})))))
    attempt("read", lambda: (None, str(len(service.getfeature(typename=layer, maxfeatures=2).read()))))


def wms(url: str, version: str, name: str) -> None:
    from owslib.wms import WebMapService  # noqa: PLC0415

    service = attempt("open", lambda: contents(WebMapService(url, version=version or "1.3.0", timeout=30)))
    layer = chosen(service, name)
    box = service.contents[layer].boundingBoxWGS84 or (-5, 41, 10, 51)

    def read() -> tuple[None, str]:
        srs = "EPSG:4326"
        image = service.getmap(
            layers=[layer], srs=srs, bbox=box, size=(64, 64), format="image/png", transparent=True
        )
        return None, str(image.info().get("Content-Type", ""))

    attempt("read", read)


def wmts(url: str, _version: str, _name: str) -> None:
    from owslib.wmts import WebMapTileService  # noqa: PLC0415

    attempt("open", lambda: contents(WebMapTileService(url, timeout=30)))


def csw(url: str, _version: str, _name: str) -> None:
    from owslib.csw import CatalogueServiceWeb  # noqa: PLC0415

    service = attempt("open", lambda: (CatalogueServiceWeb(url, timeout=30), ""))

    def search() -> tuple[None, str]:
        service.getrecords2(esn="full", maxrecords=5)
        return None, f"{len(service.records)}/{service.results.get('matches')}"

    attempt("search", search)

    def one() -> tuple[None, str]:
        names = list(service.records)[:1]
        service.getrecordbyid(id=names, outputschema="http://www.isotc211.org/2005/gmd")
        return None, str(len(service.records))

    attempt("read", one)


def ogcapi(url: str, _version: str, name: str) -> None:
    from owslib.ogcapi.features import Features  # noqa: PLC0415

    service = attempt("open", lambda: (Features(url), ""))

    def names() -> tuple[list[str], str]:
        found = service.feature_collections()
        if not found:
            msg = "no feature collection"
            raise ValueError(msg)
        return found, str(len(found))

    found = attempt("list", names)
    layer = name if name in found else found[0]
    attempt("read", lambda: (None, str(len(service.collection_items(layer, limit=2)["features"]))))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"wfs": wfs, "wms": wms, "wmts": wmts, "csw": csw, "ogcapi": ogcapi}[sys.argv[1]](*sys.argv[2:5])
