"""GetRecords and GetRecordById as they are sent: KVP parameters of CSW 2.0.2 and 3.0, XML bodies of 2.0.2."""

from typing import Any
from xml.sax.saxutils import escape

CSW = "http://www.opengis.net/cat/csw/2.0.2"
CSW3 = "http://www.opengis.net/cat/csw/3.0"
GMD = "http://www.isotc211.org/2005/gmd"
MDB = ("http://standards.iso.org/iso/19115/-3/mdb/2.0", "http://standards.iso.org/iso/19115/-3/mdb/1.0")
PAGE = 20


def kvp(**said: Any) -> dict[str, Any]:
    """Parameters of a GetRecords by GET; None leaves one out."""
    usual = {
        "service": "CSW",
        "version": "2.0.2",
        "request": "GetRecords",
        "typeNames": "csw:Record",
        "resultType": "results",
        "elementSetName": "full",
        "outputSchema": CSW,
        "startPosition": 1,
        "maxRecords": PAGE,
    }
    return {name: value for name, value in {**usual, **said}.items() if value is not None}


def by_id(identifier: str, schema: str, element_set: str | None = "full", **said: Any) -> dict[str, Any]:
    """Parameters of a GetRecordById by GET."""
    usual = {
        "service": "CSW",
        "version": "2.0.2",
        "request": "GetRecordById",
        "id": identifier,
        "outputSchema": schema,
    }
    return {**usual, **({"elementSetName": element_set} if element_set else {}), **said}


def kvp3(**said: Any) -> dict[str, Any]:
    """Parameters of a GetRecords 3.0 by GET: no resultType any more, its own schema by default."""
    usual = {
        "service": "CSW",
        "version": "3.0.0",
        "request": "GetRecords",
        "typeNames": "Record",
        "elementSetName": "summary",
        "startPosition": 1,
        "maxRecords": PAGE,
    }
    return {name: value for name, value in {**usual, **said}.items() if value is not None}


def by_id3(identifier: str) -> dict[str, Any]:
    """Parameters of a GetRecordById 3.0 by GET, all by default: the summary, in csw 3.0."""
    return {"service": "CSW", "version": "3.0.0", "request": "GetRecordById", "id": identifier}


def body(schema: str = CSW, size: int = 5, constraint: str = "", element_set: str = "full") -> bytes:
    """A GetRecords by POST, shaped as those of OWSLib and of the udata harvester."""
    return (
        f'<csw:GetRecords xmlns:csw="{CSW}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gmd="{GMD}" service="CSW" '
        f'version="2.0.2" resultType="results" outputSchema="{schema}" startPosition="1" maxRecords="{size}">'
        f'<csw:Query typeNames="csw:Record"><csw:ElementSetName>{element_set}</csw:ElementSetName>{constraint}'
        "</csw:Query></csw:GetRecords>"
    ).encode()


def any_text(words: str) -> str:
    """A constraint on AnyText, in the Filter language."""
    return (
        '<csw:Constraint version="1.1.0"><ogc:Filter><ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\">'
        f"<ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%{escape(words)}%</ogc:Literal>"
        "</ogc:PropertyIsLike></ogc:Filter></csw:Constraint>"
    )
