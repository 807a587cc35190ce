"""MapServer, through its CGI program: WMS, WFS and OGC API Features of the demo data."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers import Absent
from tests.peers.cgi import serving

from cicclo.hub.demo.peers import DATA
from cicclo.hub.demo.processes import free_port

TEMPLATES = Path("/usr/share/mapserver/ogcapi/templates/html-plain/")


@contextmanager
def mapserver(folder: Path) -> Iterator[dict[str, str]]:
    program = shutil.which("mapserv")
    if program is None:
        raise Absent("mapserv (Debian: cgi-mapserver)")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    mapfile, config = folder / "demo.map", folder / "mapserver.conf"
    mapfile.write_text(_mapfile(url), "utf-8")
    config.write_text(
        f'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\n  MAPS\n    demo "{mapfile}"\n  END\nEND\n', "utf-8"
    )
    env = {"MAPSERVER_CONFIG_FILE": str(config), "MS_MAPFILE": str(mapfile)}
    with serving(program, env, port):
        yield {
            "wms": f"{url}/?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0",
            "wfs": f"{url}/?SERVICE=WFS&REQUEST=GetCapabilities&VERSION=2.0.0",
            "ogcapi": f"{url}/demo/ogcapi/",
        }


def _mapfile(url: str) -> str:
    layers = "\n".join(
        _layer(name, title) for name, title in (("epci", "EPCI"), ("departements", "Départements"))
    )
    templates = f'"oga_html_template_directory" "{TEMPLATES}/"' if TEMPLATES.is_dir() else ""
    return f"""MAP
  NAME "demo"
  EXTENT 1.37 48.83 4.26 51.09
  SIZE 400 400
  PROJECTION "init=epsg:4326" END
  WEB
    METADATA
      "ows_title" "Démonstration MapServer"
      "ows_abstract" "Données réelles, petites"
      "ows_onlineresource" "{url}/?"
      "ows_srs" "EPSG:4326 EPSG:3857 EPSG:2154"
      "ows_enable_request" "*"
      "ows_fees" "none"
      "ows_accessconstraints" "none"
      "wfs_getfeature_formatlist" "geojson"
      "oga_onlineresource" "{url}/demo/ogcapi"
      {templates}
    END
  END
  OUTPUTFORMAT
    NAME "geojson"
    DRIVER "OGR/GEOJSON"
    MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream"
    FORMATOPTION "FORM=simple"
  END
{layers}
END
"""


def _layer(name: str, title: str) -> str:
    source = DATA / "hauts-de-france" / f"{name}_hauts_de_france.geojson"
    return f"""  LAYER
    NAME "{name}"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE OGR
    CONNECTION "{source}"
    DATA "SELECT * FROM {source.stem}"
    EXTENT 1.37 48.83 4.26 51.09
    TEMPLATE "query"
    PROJECTION "init=epsg:4326" END
    METADATA
      "ows_title" "{title}"
      "ows_abstract" "{title} des Hauts-de-France"
      "gml_include_items" "all"
      "gml_types" "auto"
      "gml_featureid" "code"
      "ows_include_items" "all"
    END
    CLASS STYLE COLOR 200 220 240 OUTLINECOLOR 60 60 90 END END
  END"""
