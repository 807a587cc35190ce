"""One record, asked for in every way that is announced, says the same thing."""

from collections.abc import AsyncIterator

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import record_by_id, size
from cicclo.probes.documents import local
from cicclo.probes.errors import BadDocument, BadStatus
from cicclo.probes.iso.facts import facts, lost, said, words_of
from cicclo.probes.iso.record import ROOTS, Record
from cicclo.probes.iso.services import kind_by_protocol
from cicclo.probes.iso.vocabulary import fold
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._csw_requests import CSW, CSW3, GMD, MDB
from cicclo.probes.protocols.csw import Csw
from cicclo.probes.session import Ask

MOST_SCHEMAS = 8
_BY_ID = "*request=GetRecordById*"
_GMD_BY_ID = "*request=GetRecordById*outputSchema=http://www.isotc211.org/2005/gmd*"
_CSW_BY_ID = "*request=GetRecordById*outputSchema=http://www.opengis.net/cat/csw*"
_MDB_BY_ID = "*request=GetRecordById*outputSchema=http://standards.iso.org*"
_DCAT_BY_ID = "*request=GetRecordById*outputSchema=http://www.w3.org/ns/dcat*"


@check(
    "csw/getrecordbyid/record",
    on="csw",
    breaks=lambda site: site.edit_text(
        _GMD_BY_ID, "<gco:CharacterString>fr-000000001-", "<gco:CharacterString>x-"
    ),
)
async def record(csw: Csw, ask: Ask) -> Verdict:
    wanted = csw.any_record().identifier
    found = Record(await record_by_id(csw, ask, csw.schema))
    if found.kind and found.identifier == wanted:
        return passed()
    said = found.identifier or local(found.root)
    return failed(
        f"fiche « {said} » au lieu de « {wanted} »",
        f"record “{said}” instead of “{wanted}”",
        code="other-record",
    )


@check("csw/getrecordbyid/output-schemas", on="csw", breaks=lambda site: site.status(_MDB_BY_ID, 400))
async def output_schemas(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """An announced schema that is refused (core-geonetwork issue 8848)."""
    schemas = list(dict.fromkeys(csw.values("outputSchema", "GetRecordById", "GetRecords")))[:MOST_SCHEMAS]
    if not schemas:
        yield inapplicable("aucun schéma de sortie annoncé", "no output schema announced")
    for schema in schemas:
        try:
            await record_by_id(csw, ask, schema)
        except (BadStatus, BadDocument) as error:
            fr, en = (
                f"schéma annoncé mais refusé : {error.message.fr}",
                f"schema announced but refused: {error.message.en}",
            )
            yield failed(fr, en, at=schema, code="announced-schema-refused", facet=schema)
        else:
            yield passed(facet=schema)


@check(
    "csw/getrecordbyid/output-formats",
    on="csw",
    breaks=lambda site: site.status("*outputFormat=application/xml*", 400),
)
async def output_formats(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    formats = [value for value in dict.fromkeys(csw.values("outputFormat")) if value]
    if not formats:
        yield inapplicable("aucun format de sortie annoncé", "no output format announced")
    for value in formats[:4]:
        if "xml" not in value:
            yield inapplicable("autre format que XML", "another format than XML", facet=value)
            continue
        try:
            await record_by_id(csw, ask, CSW, outputFormat=value)
        except (BadStatus, BadDocument) as error:
            fr, en = (
                f"format annoncé mais refusé : {error.message.fr}",
                f"format announced but refused: {error.message.en}",
            )
            yield failed(fr, en, at=value, code="announced-format-refused", facet=value)
        else:
            yield passed(facet=value)


def _shrink(root: etree._Element) -> None:
    for element in root.iter("{*}identificationInfo"):
        for inner in list(element):
            element.remove(inner)


@check(
    "csw/getrecordbyid/element-set",
    on="csw",
    breaks=lambda site: site.edit_xml("*request=GetRecordById*elementSetName=full*", _shrink),
)
async def element_set(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """Without elementSetName a record is a summary, poorer than one thinks (core-geonetwork issue 3194)."""
    full = size(await record_by_id(csw, ask, csw.schema, "full"))
    summary = size(await record_by_id(csw, ask, csw.schema, "summary"))
    default = size(await record_by_id(csw, ask, csw.schema, None))
    if full < summary:
        fr = f"« full » dit moins ({full} éléments) que « summary » ({summary})"
        yield failed(
            fr,
            f"“full” says less ({full} elements) than “summary” ({summary})",
            code="full-poorer",
            facet="full",
        )
    else:
        yield passed(facet="full")
    word = "summary" if default < full or full == summary else "full"
    fr, en = (
        f"par défaut : {word} ({default} éléments sur {full})",
        f"default: {word} ({default} elements of {full})",
    )
    yield passed(fr, en, code=f"default-{word}", facet="default")


@check(
    "csw/getrecordbyid/same-title",
    on="csw",
    breaks=lambda site: site.edit_text(_MDB_BY_ID, "transport en commun", "autre chose"),
)
async def same_title(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """What a record says must not depend on the schema it is asked in."""
    title = csw.any_record().title
    schemas = [schema for schema in dict.fromkeys(csw.values("outputSchema")) if schema in (CSW, GMD, *MDB)]
    if not title or not schemas:
        yield inapplicable("rien à comparer", "nothing to compare")
        return
    for schema in schemas:
        root = await record_by_id(csw, ask, schema)
        said = (
            Record(root).title
            if root.tag in ROOTS
            else next(((e.text or "").strip() for e in root.iter("{*}title")), "")
        )
        if fold(said) == fold(title):
            yield passed(facet=schema)
        else:
            fr, en = f"titre « {said} » au lieu de « {title} »", f"title “{said}” instead of “{title}”"
            yield failed(fr, en, at=schema, code="title-differs", facet=schema)


# what each family of schemas has a place for (CNIG, MappingINSPIRE-DCAT; OGC 07-006r1, table of csw:Record)
_PLACES = {
    "iso": (
        "title",
        "abstract",
        "identifier",
        "links",
        "conditions",
        "contact",
        "keywords",
        "extent",
        "dates",
    ),
    "dcat": ("title", "abstract", "links", "conditions", "contact", "keywords", "extent"),
    "csw": ("title", "abstract", "links", "keywords", "extent"),
}


def _places(schema: str) -> tuple[str, ...]:
    if schema in (GMD, *MDB):
        return _PLACES["iso"]
    return _PLACES["dcat"] if "dcat" in schema.lower() else _PLACES["csw"] if schema in (CSW, CSW3) else ()


@check(
    "csw/getrecordbyid/no-loss",
    on="csw",
    breaks=lambda site: site.edit_text(
        _DCAT_BY_ID, "https://spdx.org/licenses/etalab-2.0", "https://example.org/"
    ),
)
async def no_loss(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """One record through every schema announced: what a harvester of each never sees."""
    told = facts(csw.any_record())
    schemas = [s for s in dict.fromkeys(csw.values("outputSchema")) if s != csw.schema and _places(s)]
    if not schemas:
        yield inapplicable("un seul schéma de sortie", "one output schema only")
    for schema in schemas[:MOST_SCHEMAS]:
        missing = lost(told, _places(schema), words_of(await record_by_id(csw, ask, schema)))
        if missing:
            text = said(missing)
            yield failed(f"perdu : {text.fr}", f"lost: {text.en}", at=schema, code="lost", facet=schema)
        else:
            yield passed(facet=schema)


@check(
    "csw/getrecordbyid/iso19115-3",
    on="csw",
    breaks=lambda site: site.edit_text(
        _MDB_BY_ID, "standards.iso.org/iso/19115/-3/mdb/2.0", "example.org/mdb"
    ),
)
async def iso19115_3(csw: Csw, ask: Ask) -> Verdict:
    announced = [schema for schema in MDB if schema in csw.values("outputSchema")]
    if not announced:
        return inapplicable("ISO 19115-3 non annoncé", "ISO 19115-3 not announced")
    root = await record_by_id(csw, ask, announced[0])
    if ROOTS.get(str(root.tag)) == "mdb":
        return passed()
    return failed(
        f"racine « {root.tag} » au lieu de mdb:MD_Metadata",
        f"root “{root.tag}” instead of mdb:MD_Metadata",
        code="not-mdb",
    )


@check(
    "csw/getrecordbyid/record-links",
    on="csw",
    breaks=lambda site: site.edit_text(_CSW_BY_ID, 'protocol="OGC:WMS"', 'protocol=""'),
)
async def record_links(csw: Csw, ask: Ask) -> Verdict:
    """QGIS MetaSearch reads csw:Record: an empty protocol leaves no button (core-geonetwork issue 6742)."""
    iso = [
        link
        for link in csw.any_record().main_links
        if kind_by_protocol(link) in ("wms", "wfs", "wmts") and link.url
    ]
    if not iso:
        return inapplicable("la fiche n'a pas de lien OGC", "the record has no OGC link")
    uris = {(e.text or "").strip(): e for e in (await record_by_id(csw, ask, CSW)).iter("{*}URI")}
    for link in iso:
        uri = uris.get(link.url)
        if uri is None:
            return failed(
                f"lien absent de csw:Record : {link.url}",
                f"link missing from csw:Record: {link.url}",
                at="dc:URI",
                code="link-lost",
            )
        lost = [
            name
            for name, kept in (("protocol", link.protocol.text), ("name", link.name.text))
            if kept and not uri.get(name)
        ]
        if lost:
            fr, en = f"dc:URI sans {lost[0]} : {link.url}", f"dc:URI without {lost[0]}: {link.url}"
            return failed(fr, en, at=f"dc:URI/@{lost[0]}", code=f"{lost[0]}-lost")
    return passed()


@check(
    "csw/getrecordbyid/dcat",
    on="csw",
    breaks=lambda site: site.edit_text(
        _DCAT_BY_ID,
        "http://publications.europa.eu/resource/authority/file-type/GPKG",
        "www:link-1.0-http--link",
    ),
)
async def dcat(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """The canonical DCAT schema of GeoNetwork still gives the 2012 mapping (core-geonetwork issue 9252)."""
    schemas = [schema for schema in dict.fromkeys(csw.values("outputSchema")) if "dcat" in schema.lower()]
    if not schemas:
        yield inapplicable("aucune sortie DCAT annoncée", "no DCAT output announced")
    for schema in schemas[:4]:
        root = await record_by_id(csw, ask, schema)
        formats = [
            said
            for e in root.iter("{*}format", "{*}mediaType")
            for said in (*e.itertext(), *e.attrib.values())
        ]
        old = [said for said in formats if said.strip().lower().startswith(("www:", "ogc:"))]
        if old:
            fr = f"format « {old[0].strip()} » : ancienne correspondance DCAT"
            yield failed(
                fr,
                f"format “{old[0].strip()}”: old DCAT mapping",
                at=schema,
                code="old-dcat-mapping",
                facet=schema,
            )
        else:
            yield passed(facet=schema)
