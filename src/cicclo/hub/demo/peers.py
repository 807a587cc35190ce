"""pygeoapi and pycsw, the real programs, serving the data of the demonstration."""

import csv
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from cicclo.hub.demo.processes import NotReady, free_port, peers_python, running
from cicclo.kernel.text import Text

DATA = Path(str(files("cicclo.hub.demo") / "data"))
WGS84_BOX = [1.37, 48.83, 4.26, 51.09]  # Hauts-de-France
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
LICENCE = {
    "type": "text/html",
    "rel": "license",
    "title": "Licence Ouverte 2.0",
    "href": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
}
_SERVE = (
    "import sys; from werkzeug.serving import run_simple; "
    "from {module} import {application} as application; "
    "run_simple('127.0.0.1', int(sys.argv[1]), application, threaded=True)"
)


@contextmanager
def pygeoapi(folder: Path) -> Iterator[str]:
    """Serve the boundaries, charging points and bicycle counts; yields the landing page."""
    python, port = str(peers_python()), free_port()
    url = f"http://127.0.0.1:{port}"
    config, openapi = folder / "pygeoapi.yml", folder / "openapi.yml"
    config.write_text(yaml.safe_dump(_pygeoapi_config(url, port, folder), allow_unicode=True), "utf-8")
    env = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    pygeoapi_command = str(Path(python).with_name("pygeoapi"))
    _run([pygeoapi_command, "openapi", "generate", str(config), "--output-file", str(openapi)])
    serve = _SERVE.format(module="pygeoapi.flask_app", application="APP")
    with running([python, "-c", serve, str(port)], f"{url}/conformance", folder / "pygeoapi.log", env):
        yield f"{url}/"


def _pygeoapi_config(url: str, port: int, folder: Path) -> dict[str, Any]:
    name = "Plateforme de démonstration (Hauts-de-France)"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": True,
            "cors": True,
            "languages": ["fr-FR", "en-US"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png", "attribution": "OpenStreetMap"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": name,
                "description": "Données réelles, petites, sous Licence Ouverte",
                "keywords": ["communes", "IRVE", "vélo"],
                "keywords_type": "theme",
                "terms_of_service": LICENCE["href"],
                "url": url,
            },
            "license": {"name": LICENCE["title"], "url": LICENCE["href"]},
            "provider": {"name": "cicclo", "url": url},
            "contact": {"name": "cicclo", "email": "contact@masque.example", "url": url},
        },
        "resources": dict(_collections(folder)),
    }


def _collections(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, title in (("communes", "Communes"), ("epci", "EPCI"), ("departements", "Départements")):
        copy = folder / f"{name}.geojson"
        copy.write_bytes((DATA / "hauts-de-france" / f"{name}_hauts_de_france.geojson").read_bytes())
        yield name, _collection(title, {"name": "GeoJSON", "data": str(copy), "id_field": "code"})
    points = {"name": "CSV", "id_field": "id", "geometry": {"x_field": "longitude", "y_field": "latitude"}}
    yield "bornes-irve", _collection("Bornes de recharge", {**points, "data": str(_charging_points(folder))})
    yield "comptages-velo", _collection("Comptages vélo", {**points, "data": str(_bicycle_counts(folder))})


def _collection(title: str, provider: dict[str, Any]) -> dict[str, Any]:
    systems = [CRS84, f"{EPSG}4326", f"{EPSG}3857", f"{EPSG}2154"]
    return {
        "type": "collection",
        "title": title,
        "description": f"{title} des Hauts-de-France",
        "keywords": [title],
        "links": [LICENCE],
        "extents": {"spatial": {"bbox": WGS84_BOX, "crs": CRS84}},
        "providers": [{"type": "feature", **provider, "crs": systems, "storage_crs": CRS84}],
    }


def _charging_points(folder: Path) -> Path:
    """Give each charging point its longitude and latitude in columns, as pygeoapi wants them."""
    with (DATA / "hauts-de-france" / "irve_statique_hauts_de_france.csv").open(encoding="utf-8") as source:
        rows = [{"id": str(number), **row} for number, row in enumerate(csv.DictReader(source), 1)]
    for row in rows:
        row["longitude"], row["latitude"] = map(str, json.loads(row.pop("coordonneesXY")))
    return _write(folder / "irve.csv", rows)


def _bicycle_counts(folder: Path) -> Path:
    with (DATA / "hauts-de-france" / "comptages_velo_mel_2016.csv").open(encoding="utf-8") as source:
        rows = [
            {"id": str(number), **{name.replace(" ", "_"): value for name, value in row.items()}}
            for number, row in enumerate(csv.DictReader(source), 1)
        ]
    return _write(folder / "comptages.csv", rows)


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@contextmanager
def pycsw(folder: Path) -> Iterator[str]:
    """Serve the metadata records (ISO 19139: pycsw 2 knows no ISO 19115-3); yields the catalogue's address."""
    python, port = str(peers_python()), free_port()
    url = f"http://127.0.0.1:{port}"
    config = folder / "pycsw.cfg"
    config.write_text(_PYCSW.format(url=url, home=folder, database=folder / "pycsw.sqlite"), "utf-8")
    admin = str(Path(python).with_name("pycsw-admin.py"))
    _run([python, admin, "-c", "setup_db", "-f", str(config)])
    _run([python, admin, "-c", "load_records", "-f", str(config), "-p", str(DATA / "metadata"), "-y"])
    serve = _SERVE.format(module="pycsw.wsgi", application="application")
    command = [python, "-c", serve, str(port)]
    with running(command, f"{url}/", folder / "pycsw.log", {"PYCSW_CONFIG": str(config)}):
        yield f"{url}/?service=CSW&request=GetCapabilities&version=2.0.2"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout)[-600:]
        raise NotReady(
            Text(f"échec de « {command[-1]} » : {said}", f"`{command[-1]}` failed: {said}"), at=command[0]
        )


_PYCSW = """[server]
home={home}
url={url}
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=fr-FR
maxrecords=10
loglevel=ERROR
logfile={home}/pycsw-errors.log
profiles=apiso

[manager]
transactions=false

[metadata:main]
identification_title=Catalogue de démonstration
identification_abstract=Six fiches réelles
identification_keywords=catalogue
identification_keywords_type=theme
identification_fees=None
identification_accessconstraints=None
provider_name=cicclo
provider_url={url}
contact_name=cicclo
contact_position=contact
contact_address=adresse
contact_city=Lille
contact_stateorprovince=Hauts-de-France
contact_postalcode=59000
contact_country=France
contact_phone=+33
contact_fax=+33
contact_email=contact@masque.example
contact_url={url}
contact_hours=0
contact_instructions=0
contact_role=pointOfContact

[metadata:inspire]
enabled=false

[repository]
database=sqlite:///{database}
table=records
"""
