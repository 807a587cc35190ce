"""A correct INSPIRE download service by Atom, in memory: one dataset, one file."""

from urllib.parse import urlsplit

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

BASE = "https://good.example"
ATOM = "application/atom+xml"
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"
  xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0" xml:lang="fr">
  <title>Téléchargement d'exemple</title>
  <link rel="self" type="application/atom+xml" href="https://good.example/atom"/>
  <link rel="search" type="application/opensearchdescription+xml" href="https://good.example/opensearch.xml"/>
  <id>https://good.example/atom</id>
  <rights>Licence Ouverte 2.0</rights>
  <updated>2026-01-05T10:00:00Z</updated>
  <author><name>Région d'exemple</name><email>contact@good.example</email></author>
  <entry>
    <title>Pistes cyclables</title>
    <inspire_dls:spatial_dataset_identifier_code>velo</inspire_dls:spatial_dataset_identifier_code>
    <inspire_dls:spatial_dataset_identifier_namespace>https://good.example/</inspire_dls:spatial_dataset_identifier_namespace>
    <link rel="describedby" type="application/xml" href="https://good.example/metadata/velo.xml"/>
    <link rel="alternate" type="application/atom+xml" href="https://good.example/atom/velo"/>
    <id>https://good.example/atom/velo</id>
    <updated>2026-01-05T10:00:00Z</updated>
    <georss:polygon>48.8 1.3 51.1 1.3 51.1 4.3 48.8 4.3 48.8 1.3</georss:polygon>
    <category term="http://www.opengis.net/def/crs/EPSG/0/2154" label="RGF93 / Lambert-93"/>
  </entry>
</feed>"""
DATASET = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Pistes cyclables</title><id>https://good.example/atom/velo</id><updated>2026-01-05T10:00:00Z</updated>
  <entry><title>GeoPackage, Lambert-93</title><id>https://good.example/files/velo.gpkg</id><updated>2026-01-05T10:00:00Z</updated>
    <link rel="alternate" type="application/geopackage+sqlite3" length="12" href="https://good.example/files/velo.gpkg"/>
  </entry>
</feed>"""
OPENSEARCH = """<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Exemple</ShortName>
<Url type="application/atom+xml" rel="describedby" template="https://good.example/search?q={searchTerms}"/></OpenSearchDescription>"""


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/atom")


def handle(request: Request) -> Reply | None:
    match urlsplit(request.url).path:
        case "/atom":
            return Reply.xml(FEED, ATOM)
        case "/atom/velo":
            return Reply.xml(DATASET, ATOM)
        case "/opensearch.xml":
            return Reply.xml(OPENSEARCH, "application/opensearchdescription+xml")
        case "/metadata/velo.xml":
            return Reply.xml("<MD_Metadata xmlns='http://www.isotc211.org/2005/gmd'/>")
        case "/files/velo.gpkg":
            return Reply.text("SQLite forma", "application/geopackage+sqlite3")
    return None
