"""Read JSON, XML and text of strangers: strictly, within limits, with errors that name the place."""

import codecs
import re
from typing import Any

import msgspec
from lxml import etree

from cicclo.kernel.text import Text
from cicclo.probes.errors import BadDocument, BadStatus, NoAnswer
from cicclo.web.outgoing import Answer, Failure
from cicclo.web.outgoing.model import FAILURE_TEXTS

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_ENTITIES = Text(
    "le document déclare des entités XML : refusé", "the document declares XML entities: refused"
)
_EXCEPTIONS = ("ExceptionReport", "ServiceExceptionReport", "ServiceException")


def parser() -> etree.XMLParser:
    """An XML parser without network, DTD, entities or huge trees."""
    return etree.XMLParser(
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
    )


def usable(answer: Answer) -> Answer:
    """Return the answer; raise NoAnswer when there is none, BadDocument when its body could not be read to the end."""
    if answer.failure is None:
        return answer
    message = FAILURE_TEXTS[answer.failure]
    if answer.failure in (Failure.TOO_LARGE, Failure.BAD_ENCODING):
        raise BadDocument(answer, message, code=answer.failure.value)
    raise NoAnswer(answer, message, code=answer.failure.value)


def success(answer: Answer) -> Answer:
    """Return the answer; raise BadStatus when it is not a 2xx."""
    if not usable(answer).ok:
        message = Text(
            f"réponse HTTP {answer.status} au lieu d'un succès", f"HTTP {answer.status} instead of a success"
        )
        raise BadStatus(answer, message, code=f"status-{answer.status}")
    return answer


def json_of(answer: Answer) -> Any:
    """Decode a JSON body whatever the status; raise BadDocument for anything else (HTML, broken JSON…)."""
    body = usable(answer).body.removeprefix(codecs.BOM_UTF8)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if looks_like_html(body):
            message = Text(
                "du HTML est renvoyé là où du JSON est attendu", "HTML is returned where JSON is expected"
            )
            raise BadDocument(answer, message, code="html-for-json") from error
        message = Text(f"JSON illisible : {error}", f"unreadable JSON: {error}")
        raise BadDocument(answer, message, code="invalid-json") from error


def xml_of(answer: Answer, reader: etree.XMLParser | None = None) -> etree._Element:
    """Parse an XML body; raise BadDocument for HTML, entities, DTDs, encodings that lie, or broken XML."""
    body = usable(answer).body
    if b"<!ENTITY" in body[:65536].replace(
        b"\0", b""
    ):  # without the zeros of UTF-16; WMS 1.1.1 rightly declares elements
        raise BadDocument(answer, _ENTITIES, code="xml-entities")
    try:
        root = etree.fromstring(body, reader or parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if looks_like_html(body):
            message = Text(
                "du HTML est renvoyé là où du XML est attendu", "HTML is returned where XML is expected"
            )
            raise BadDocument(answer, message, code="html-for-xml") from error
        message = Text(f"XML mal formé : {error}", f"malformed XML: {error}")
        raise BadDocument(answer, message, code="malformed-xml") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):  # declared beyond what was looked at
        raise BadDocument(answer, _ENTITIES, code="xml-entities")
    return root


def text_of(answer: Answer) -> str:
    """Decode a text body with its declared encoding, UTF-8 by default; bytes that do not fit are replaced."""
    body = usable(answer).body
    charset = re.search(r"charset=\"?([\w-]+)", answer.header("content-type"), re.IGNORECASE)
    declared = _DECLARED.match(body[:200])
    encoding = charset[1] if charset else declared[1].decode() if declared else "utf-8"
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):  # an unknown name, or one of Python's own that is not of text
        return body.decode("utf-8", "replace")


def looks_like_html(body: bytes) -> bool:
    head = body[:1024].lower()
    return b"<!doctype html" in head or b"<html" in head


def local(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def is_ows_exception(root: etree._Element) -> bool:
    """Tell whether a document is an exception report of an OGC service."""
    return local(root) in _EXCEPTIONS
