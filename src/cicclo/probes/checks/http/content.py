"""What the answer says of its own body: type, character set, length, compression."""

import codecs
import re

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import entry, first, is_text
from cicclo.probes.documents import usable
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Failure

# below one network packet, compression brings nothing
WORTH_COMPRESSING = 1400
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]+)["']""")
_PACKED = frozenset({"gzip", "x-gzip", "br", "deflate", "zstd"})


@check(
    "http/content/type", on="*", example="http", breaks=lambda site: site.header("/", "content-type", None)
)
async def content_type(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not answer.body:
        return inapplicable("la réponse est vide", "the answer is empty")
    if "/" in answer.media_type:
        return passed()
    seen = answer.media_type or "absent"
    return failed(f"Content-Type : {seen}", f"Content-Type: {seen}", at="Content-Type")


@check(
    "http/content/type-true",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "content-type", "text/html"),
)
async def type_true(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    found, announced = _kind(answer.body), answer.media_type
    if not found or not announced or not answer.ok:
        return inapplicable("nature du corps non reconnue", "the kind of body is not recognised")
    if _agree(found, announced):
        return passed()
    return failed(
        f"Content-Type {announced}, mais le corps est du {found}",
        f"Content-Type {announced}, but the body is {found}",
        at="Content-Type",
        code=f"{found.lower()}-as-{announced}",
    )


def _kind(body: bytes) -> str:
    """Tell JSON, XML and HTML apart from the first characters; empty for anything else."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:512]
    if start[:1] in (b"{", b"["):
        return "JSON"
    if start.lower().startswith((b"<!doctype html", b"<html")):
        return "HTML"
    return "XML" if start.startswith((b"<?xml", b"<")) and b"<html" not in start.lower() else ""


def _agree(found: str, announced: str) -> bool:
    if found == "JSON":
        return "json" in announced or "javascript" in announced
    if found == "HTML":
        return "html" in announced
    return (
        "xml" in announced
        or announced in ("application/vnd.ogc.se_xml", "application/gml")
        or "html" in announced
    )


@check(
    "http/content/charset",
    on="*",
    example="http",
    breaks=lambda site: site.header("/", "content-type", "application/json; charset=ascii"),
)
async def charset(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not is_text(answer) or not answer.body:
        return inapplicable("le corps n'est pas un texte", "the body is not a text")
    told = _CHARSET.search(answer.header("content-type"))
    written = _XML_ENCODING.match(answer.body[:200])
    names = [name for name in (told and told[1], written and written[1].decode("ascii", "replace")) if name]
    for name in names:
        problem = _misfit(answer.body, name)
        if problem:
            return failed(
                f"encodage annoncé {name} : {problem}",
                f"announced encoding {name}: {problem}",
                at="Content-Type",
            )
    if len({_canonical(name) for name in names}) > 1:
        seen = f"Content-Type {names[0]}, XML {names[1]}"
        return failed(
            f"deux encodages annoncés : {seen}",
            f"two encodings announced: {seen}",
            at="Content-Type",
            code="two",
        )
    if not names:
        problem = _misfit(answer.body, _by_bom(answer.body))
        return failed(f"ni encodage annoncé ni UTF-8 : {problem}", f"no announced encoding, not UTF-8: {problem}", at="Content-Type") if problem else passed()  # fmt: skip
    return passed()


def _by_bom(body: bytes) -> str:
    return "utf-16" if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _canonical(name: str) -> str:
    """One name for all spellings of an encoding; UTF-16 in a header says nothing of the byte order."""
    try:
        return codecs.lookup(name).name.removesuffix("-le").removesuffix("-be").replace("ascii", "utf-8")
    except LookupError:
        return name.lower()


def _misfit(body: bytes, name: str) -> str:
    """Why the bytes are not what the name says; empty when they are."""
    try:
        body.decode(name)
    except UnicodeDecodeError as error:
        # a body cut at a limit may end in the middle of a character
        return "" if error.start >= len(body) - 4 else f"0x{body[error.start]:02x} @ {error.start}"
    except (LookupError, UnicodeError):
        return "?"
    return ""


@check("http/content/length", on="*", example="http", breaks=lambda site: site.fail("*", Failure.PROTOCOL))
async def length(service: Service, ask: Ask) -> Verdict:
    answer = await first(service, ask)
    if answer.failure is Failure.PROTOCOL:
        seen = answer.detail[:200]
        return failed(
            f"réponse coupée ou incorrecte : {seen}",
            f"answer cut or incorrect: {seen}",
            at=answer.url,
            code="cut",
        )
    told = usable(answer).header("content-length")
    if not told or answer.header("content-encoding") or answer.truncated:
        return passed()  # the transport received every byte, in chunks or compressed
    if told.isdigit() and int(told) == answer.length:
        return passed()
    return failed(
        f"Content-Length {told}, {answer.length} octets reçus",
        f"Content-Length {told}, {answer.length} bytes received",
        at="Content-Length",
    )


@check(
    "http/content/readable", on="*", example="http", breaks=lambda site: site.fail("*", Failure.BAD_ENCODING)
)
async def readable(service: Service, ask: Ask) -> Verdict:
    """A body that does not decompress, or never ends, stops every client."""
    answer = await first(service, ask)
    if answer.failure in (Failure.BAD_ENCODING, Failure.TOO_LARGE, Failure.TOO_SLOW):
        seen = answer.header("content-encoding") or answer.failure.value
        return failed(
            f"corps illisible : {seen}", f"unreadable body: {seen}", at=answer.url, code=answer.failure.value
        )
    usable(answer)
    return passed()


def _compressible(answer: Answer) -> bool:
    return is_text(answer) and answer.length >= WORTH_COMPRESSING


def _encodings(answer: Answer) -> set[str]:
    return {word.strip().lower() for word in answer.header("content-encoding").split(",") if word.strip()}


@check(
    "http/compression/text",
    on="*",
    example="http",
    breaks=lambda site: site.change("/", lambda _q, reply: reply.unpacked()),
)
async def compression(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if _encodings(answer) & _PACKED:
        return passed()
    if not _compressible(answer):
        return inapplicable(
            "réponse courte, ou déjà compressée par nature", "a short answer, or compressed by nature"
        )
    size = answer.length
    return failed(
        f"{size} octets de texte envoyés sans compression",
        f"{size} bytes of text sent without compression",
        at="Content-Encoding",
    )


@check(
    "http/compression/vary", on="*", example="http", breaks=lambda site: site.header("/", "vary", "Origin")
)
async def vary(service: Service, ask: Ask) -> Verdict:
    answer = await entry(service, ask)
    if not _encodings(answer) & _PACKED:
        return inapplicable("la réponse n'est pas compressée", "the answer is not compressed")
    value = answer.header("vary")
    if "accept-encoding" in value.lower() or value.strip() == "*":
        return passed()
    return failed(f"Vary : {value or 'absent'}", f"Vary: {value or 'absent'}", at="Vary")
