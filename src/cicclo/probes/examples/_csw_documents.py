"""What the example catalogue says: capabilities, records in four schemas, exception reports."""

from functools import cache
from xml.sax.saxutils import escape

from lxml import etree

from cicclo.probes.examples.iso19139 import document
from cicclo.probes.iso.facts import facts
from cicclo.probes.iso.record import Record

BASE = "https://good.example/csw"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
CSW3 = "http://www.opengis.net/cat/csw/3.0"
GMD = "http://www.isotc211.org/2005/gmd"
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
DCAT = "http://www.w3.org/ns/dcat#"
COUNT = 25
SCHEMAS = (CSW, GMD, MDB, DCAT)
_OWS = 'xmlns:ows="http://www.opengis.net/ows" xmlns:xlink="http://www.w3.org/1999/xlink"'
_PARAMETERS = {
    "resultType": ("hits", "results"),
    "outputFormat": ("application/xml",),
    "outputSchema": SCHEMAS,
    "typeNames": ("csw:Record", "gmd:MD_Metadata"),
    "ElementSetName": ("brief", "summary", "full"),
}
_QUERYABLES = (
    "apiso:Title",
    "apiso:Abstract",
    "apiso:AnyText",
    "apiso:Identifier",
    "apiso:Type",
    "apiso:Modified",
)


def identifier(number: int) -> str:
    return f"fr-000000001-arrets-{number}"


def title(number: int) -> str:
    return f"Arrêts de transport en commun, secteur{number:02}"


def capabilities(version: str = "2.0.2") -> str:
    space = CSW3 if version == "3.0.0" else CSW
    names = ("GetCapabilities", "DescribeRecord", "GetRecords", "GetRecordById", "GetDomain")
    operations = "".join(_operation(name) for name in names)
    ows = _OWS.replace("net/ows", "net/ows/2.0") if version == "3.0.0" else _OWS
    return (
        f'<csw:Capabilities version="{version}" xmlns:csw="{space}" {ows}><ows:ServiceIdentification>'
        "<ows:Title>Catalogue d'exemple</ows:Title><ows:ServiceType>CSW</ows:ServiceType>"
        "<ows:ServiceTypeVersion>2.0.2</ows:ServiceTypeVersion><ows:ServiceTypeVersion>3.0.0</ows:ServiceTypeVersion>"
        f"</ows:ServiceIdentification><ows:OperationsMetadata>{operations}</ows:OperationsMetadata></csw:Capabilities>"
    )


def _operation(name: str) -> str:
    values = _PARAMETERS if name in ("GetRecords", "GetRecordById") else {}
    parameters = "".join(_values("Parameter", key, values[key]) for key in values)
    if name == "GetRecords":
        parameters += _values("Constraint", "SupportedISOQueryables", _QUERYABLES)
        parameters += _values("Constraint", "PostEncoding", ("XML",))
    http = f'<ows:Get xlink:href="{BASE}"/><ows:Post xlink:href="{BASE}"/>'
    return f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP>{http}</ows:HTTP></ows:DCP>{parameters}</ows:Operation>'


def _values(kind: str, name: str, values: tuple[str, ...]) -> str:
    inner = "".join(f"<ows:Value>{value}</ows:Value>" for value in values)
    return f'<ows:{kind} name="{name}">{inner}</ows:{kind}>'


@cache
def record(number: int, schema: str, element_set: str) -> str:
    """One record, in one schema, without XML declaration."""
    if schema == GMD:
        return _gmd(number, element_set)
    makers = {MDB: _mdb, DCAT: _dcat}
    return makers[schema](number) if schema in makers else _dublin_core(number, element_set, schema)


def _gmd(number: int, element_set: str) -> str:
    text = document().decode().partition("?>")[2].strip()
    text = text.replace("fr-000000001-arrets", identifier(number)).replace(
        "id/arrets<", f"id/arrets-{number}<"
    )
    text = text.replace("Arrêts de transport en commun", title(number))
    if element_set == "full":
        return text
    root = etree.fromstring(text)
    for path in ("{*}dataQualityInfo", "{*}characterSet"):
        for element in root.findall(path):
            root.remove(element)
    return str(etree.tostring(root, encoding="unicode"))


@cache
def _facts(number: int) -> dict[str, list[str]]:
    """What the ISO record tells: the other schemas say the same."""
    return facts(Record(etree.fromstring(_gmd(number, "full"))))


def _each(template: str, values: list[str]) -> str:
    return "".join(template.format(escape(value)) for value in values)


def _mdb(number: int) -> str:
    told = _facts(number)
    box = dict(zip(("west", "south", "east", "north"), told["extent"][0].split(), strict=True))
    character = "<gco:CharacterString>{}</gco:CharacterString>"
    rest = (
        f"<mri:abstract>{_each(character, told['abstract'])}</mri:abstract>"
        f"{_each(f'<mri:descriptiveKeywords><mri:keyword>{character}</mri:keyword></mri:descriptiveKeywords>', told['keywords'])}"
        f"{_each(f'<mri:pointOfContact>{character}</mri:pointOfContact>', told['contact'])}"
        f"{_each(f'<mri:resourceConstraints>{character}</mri:resourceConstraints>', told['conditions'])}"
        f"{_each(f'<mri:extent>{character}</mri:extent>', [' '.join(box.values())])}"
    )
    cited = f"{_each(f'<cit:date>{character}</cit:date>', told['dates'])}{_each(f'<cit:identifier>{character}</cit:identifier>', told['identifier'])}"
    online = _each(f"<mdb:distributionInfo>{character}</mdb:distributionInfo>", told["links"])
    return (
        f'<mdb:MD_Metadata xmlns:mdb="{MDB}" xmlns:mcc="http://standards.iso.org/iso/19115/-3/mcc/1.0" '
        'xmlns:mri="http://standards.iso.org/iso/19115/-3/mri/1.0" xmlns:cit="http://standards.iso.org/iso/19115/-3/cit/2.0" '
        'xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0"><mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code>'
        f"<gco:CharacterString>{identifier(number)}</gco:CharacterString></mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier>"
        "<mdb:identificationInfo><mri:MD_DataIdentification><mri:citation><cit:CI_Citation><cit:title><gco:CharacterString>"
        f"{escape(title(number))}</gco:CharacterString></cit:title>{cited}</cit:CI_Citation></mri:citation>{rest}"
        f"</mri:MD_DataIdentification></mdb:identificationInfo>{online}</mdb:MD_Metadata>"
    )


def _dcat(number: int) -> str:
    told = _facts(number)
    rest = (
        f"{_each('<dct:description>{}</dct:description>', told['abstract'])}{_each('<dcat:keyword>{}</dcat:keyword>', told['keywords'])}"
        f"{_each('<dcat:contactPoint>mailto:{}</dcat:contactPoint>', told['contact'])}{_each('<dct:spatial>{}</dct:spatial>', told['extent'])}"
    )
    access = _each('<dcat:accessURL rdf:resource="{}"/>', told["links"])
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="{DCAT}" '
        f'xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="https://good.example/id/arrets-{number}">'
        f"<dct:identifier>{identifier(number)}</dct:identifier><dct:title>{escape(title(number))}</dct:title>"
        f'<dct:license rdf:resource="https://spdx.org/licenses/etalab-2.0"/>{rest}<dcat:distribution><dcat:Distribution>{access}'
        '<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/GPKG"/></dcat:Distribution>'
        "</dcat:distribution></dcat:Dataset></rdf:RDF>"
    )


def _dublin_core(number: int, element_set: str, schema: str) -> str:
    name = {"brief": "BriefRecord", "summary": "SummaryRecord"}.get(element_set, "Record")
    links = (
        '<dc:URI protocol="OGC:WMS" name="arrets">https://good.example/wms?SERVICE=WMS&amp;REQUEST=GetCapabilities</dc:URI>'
        '<dc:URI protocol="OGC:WFS" name="ex:arrets">https://good.example/wfs?SERVICE=WFS&amp;REQUEST=GetCapabilities</dc:URI>'
        '<dc:URI protocol="WWW:DOWNLOAD-1.0-http--download" name="arrets">https://good.example/arrets.gpkg</dc:URI>'
    )
    summary = (
        "" if name == "BriefRecord" else _each("<dct:abstract>{}</dct:abstract>", _facts(number)["abstract"])
    )
    told = _facts(number)
    words = "" if name == "BriefRecord" else _each("<dc:subject>{}</dc:subject>", told["keywords"])
    box = _each("<dct:spatial>{}</dct:spatial>", told["extent"])
    return (
        f'<csw:{name} xmlns:csw="{schema}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/">'
        f"<dc:identifier>{identifier(number)}</dc:identifier><dc:title>{escape(title(number))}</dc:title><dc:type>dataset</dc:type>"
        f"{words}{summary}{box}{links if name == 'Record' else ''}</csw:{name}>"
    )


def exception(code: str, locator: str, text: str) -> str:
    return (
        f'<ows:ExceptionReport {_OWS} version="1.2.0" xml:lang="fr"><ows:Exception exceptionCode="{code}" locator="{locator}">'
        f"<ows:ExceptionText>{escape(text)}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )


def feed(numbers: list[int]) -> str:
    """Records as Atom entries."""
    entries = "".join(
        f"<entry><id>{identifier(n)}</id><title>{escape(title(n))}</title><updated>2026-10-01T00:00:00Z</updated></entry>"
        for n in numbers
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>https://good.example/csw</id><title>Catalogue</title>'
        f"<updated>2026-10-01T00:00:00Z</updated>{entries}</feed>"
    )


def opensearch() -> str:
    search = (
        f"{BASE}?service=CSW&amp;version=3.0.0&amp;request=GetRecords&amp;typeNames=Record"
        "&amp;q={searchTerms?}&amp;startPosition={startIndex?}&amp;maxRecords={count?}"
    )
    return (
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Catalogue</ShortName>'
        "<Description>Catalogue d'exemple</Description>"
        f'<Url type="application/xml" template="{search}"/>'
        f'<Url type="application/atom+xml" template="{search}&amp;outputFormat=application/atom%2Bxml"/>'
        "</OpenSearchDescription>"
    )
