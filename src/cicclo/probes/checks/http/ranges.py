"""Files read by pieces: what every reader of a cloud format asks of the server (RFC 9110, section 14)."""

from dataclasses import replace

from cicclo.probes.check import check
from cicclo.probes.checks.http._entry import ORIGIN
from cicclo.probes.checks.http.cors import allows
from cicclo.probes.documents import success, usable
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._ranges import FORMATS, START, RemoteFile, total
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Request


def _ranged(request: Request) -> bool:
    return bool(request.header("range"))


def _head(request: Request) -> bool:
    return request.method == "HEAD"


async def _start(file: RemoteFile, ask: Ask) -> Answer:
    return success(await ask.get(file.url, range=f"bytes=0-{START - 1}"))


@check("http/ranges/head", on=FORMATS, breaks=lambda site: site.reply("*.tif", Reply(405), _head))
async def head(file: RemoteFile, ask: Ask) -> Verdict:
    answer = usable(await ask.send("HEAD", file.url))
    if answer.ok and answer.header("content-length").isdigit():
        return passed()
    seen = f"HTTP {answer.status}, Content-Length {answer.header('content-length') or 'absent'}"
    return failed(f"HEAD ne donne pas la taille : {seen}", f"HEAD does not give the size: {seen}", at="Content-Length", code=f"status-{answer.status}")  # fmt: skip


@check("http/ranges/announced", on=FORMATS, breaks=lambda site: site.header("*.tif", "accept-ranges", "none"))
async def announced(file: RemoteFile, ask: Ask) -> Verdict:
    value = (await _start(file, ask)).header("accept-ranges") or (await ask.send("HEAD", file.url)).header(
        "accept-ranges"
    )
    if value.strip().lower() == "bytes":
        return passed()
    return failed(
        f"Accept-Ranges : {value or 'absent'}", f"Accept-Ranges: {value or 'absent'}", at="Accept-Ranges"
    )


@check(
    "http/ranges/partial",
    on=FORMATS,
    breaks=lambda site: site.reply(
        "*.tif", lambda request: site.answer(Request(request.method, request.url))
    ),
)
async def partial(file: RemoteFile, ask: Ask) -> Verdict:
    answer = await _start(file, ask)
    if answer.status != 206:
        return failed(f"HTTP {answer.status} au lieu de 206 pour une plage", f"HTTP {answer.status} instead of 206 for a range", at="Range", code=f"status-{answer.status}")  # fmt: skip
    size = total(answer)
    wanted = min(START, size) if size else START
    if answer.truncated or answer.length != wanted:
        seen = f">{START}" if answer.truncated else str(answer.length)
        return failed(
            f"{wanted} octets demandés, {seen} reçus",
            f"{wanted} bytes asked for, {seen} received",
            at="Range",
            code="length",
        )
    return passed()


@check(
    "http/ranges/right-bytes",
    on=FORMATS,
    breaks=lambda site: site.change(
        "*.tif",
        lambda _q, reply: replace(reply, body=bytes(8)),
        lambda request: request.header("range") == "bytes=8-15",
    ),
)
async def right_bytes(file: RemoteFile, ask: Ask) -> Verdict:
    start = (await _start(file, ask)).body
    answer = success(await ask.get(file.url, range="bytes=8-15"))
    if answer.status != 206:
        return inapplicable("le serveur ignore les plages", "the server ignores ranges")
    if answer.body == start[8:16]:
        return passed()
    seen = answer.header("content-range")
    return failed(f"la plage 8-15 ne donne pas ces octets ({seen})", f"range 8-15 does not give those bytes ({seen})", at="Content-Range")  # fmt: skip


@check(
    "http/ranges/total", on=FORMATS, breaks=lambda site: site.header("*.tif", "content-length", "17", _head)
)
async def same_total(file: RemoteFile, ask: Ask) -> Verdict:
    by_range = total(await _start(file, ask))
    length = usable(await ask.send("HEAD", file.url)).header("content-length")
    if not by_range or not length.isdigit():
        return inapplicable("une des deux tailles n'est pas dite", "one of the two sizes is not told")
    if by_range == int(length):
        return passed()
    seen = f"Content-Range {by_range}, HEAD {length}"
    return failed(f"tailles différentes : {seen}", f"different sizes: {seen}", at="Content-Range")


@check(
    "http/ranges/not-encoded",
    on=FORMATS,
    breaks=lambda site: site.header("*.tif", "content-encoding", "br", _ranged),
)
async def not_encoded(file: RemoteFile, ask: Ask) -> Verdict:
    encoding = (await _start(file, ask)).header("content-encoding")
    if not encoding or encoding.lower() == "identity":
        return passed()
    return failed(f"plage servie en {encoding}", f"range served as {encoding}", at="Content-Encoding")


@check(
    "http/ranges/unsatisfiable",
    on=FORMATS,
    breaks=lambda site: site.status("*.tif", 200, lambda request: len(request.header("range")) > 18),
)
async def unsatisfiable(file: RemoteFile, ask: Ask) -> Verdict:
    if not file.size:
        return inapplicable("taille inconnue", "unknown size")
    beyond = file.size + 1_000_000
    answer = usable(await ask.get(file.url, range=f"bytes={beyond}-{beyond + 9}"))
    if answer.status == 416:
        return passed()
    return failed(f"HTTP {answer.status} au lieu de 416", f"HTTP {answer.status} instead of 416", at="Range", code=f"status-{answer.status}")  # fmt: skip


@check(
    "http/ranges/suffix",
    on=FORMATS,
    breaks=lambda site: site.status(
        "*.tif", 400, lambda request: request.header("range").startswith("bytes=-")
    ),
)
async def suffix(file: RemoteFile, ask: Ask) -> Verdict:
    answer = usable(await ask.get(file.url, range="bytes=-8"))
    if answer.status == 206 and answer.length == 8:
        return passed()
    seen = f"HTTP {answer.status}, {answer.length}"
    return failed(f"les huit derniers octets : {seen} octets", f"the last eight bytes: {seen} bytes", at="Range", code=f"status-{answer.status}")  # fmt: skip


@check(
    "http/ranges/plain-get",
    on=FORMATS,
    breaks=lambda site: site.status(
        "*.tif", 422, lambda request: request.method == "GET" and not _ranged(request)
    ),
)
async def plain_get(file: RemoteFile, ask: Ask) -> Verdict:
    answer = usable(await ask.get(file.url, x_cicclo_peek="1024"))
    if answer.ok:
        return passed()
    return failed(f"HTTP {answer.status} sans l'en-tête Range", f"HTTP {answer.status} without a Range header", at="Range", code=f"status-{answer.status}")  # fmt: skip


@check(
    "http/ranges/etag-stable", on=FORMATS, breaks=lambda site: site.header("*.tif", "etag", '"other"', _head)
)
async def etag_stable(file: RemoteFile, ask: Ask) -> Verdict:
    part, whole = (
        (await _start(file, ask)).header("etag"),
        usable(await ask.send("HEAD", file.url)).header("etag"),
    )
    if not part and not whole:
        return inapplicable("pas d'ETag", "no ETag")
    if part == whole:
        return passed()
    seen = f"{part or 'absent'} / {whole or 'absent'}"
    return failed(f"ETag d'une plage et de HEAD : {seen}", f"ETag of a range and of HEAD: {seen}", at="ETag")


@check("http/ranges/cors-allowed", on=FORMATS, breaks=lambda site: site.header("*.tif", "access-control-allow-headers", "Accept"))  # fmt: skip
async def cors_allowed(file: RemoteFile, ask: Ask) -> Verdict:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "GET",
        "access-control-request-headers": "range",
    }
    answer = usable(await ask.send("OPTIONS", file.url, headers=asked))
    names = {name.strip().lower() for name in answer.header("access-control-allow-headers").split(",")}
    if answer.ok and allows(answer) and names & {"range", "*"}:
        return passed()
    seen = f"HTTP {answer.status}, Access-Control-Allow-Headers {', '.join(sorted(names)) or 'absent'}"
    return failed(
        f"Range n'est pas admis : {seen}", f"Range is not allowed: {seen}", at="Access-Control-Allow-Headers"
    )


@check("http/ranges/cors-exposed", on=FORMATS, breaks=lambda site: site.header("*.tif", "access-control-expose-headers", "ETag"))  # fmt: skip
async def cors_exposed(file: RemoteFile, ask: Ask) -> Verdict:
    answer = usable(await ask.send("GET", file.url, headers={"origin": ORIGIN, "range": "bytes=0-15"}))
    if not allows(answer):
        seen = answer.header("access-control-allow-origin") or "absent"
        return failed(f"Access-Control-Allow-Origin : {seen}", f"Access-Control-Allow-Origin: {seen}", at="Access-Control-Allow-Origin", code="no-cors")  # fmt: skip
    names = {name.strip().lower() for name in answer.header("access-control-expose-headers").split(",")}
    if names & {"content-range", "*"}:
        return passed()
    seen = ", ".join(sorted(filter(None, names))) or "absent"
    return failed(f"Content-Range n'est pas exposé : {seen}", f"Content-Range is not exposed: {seen}", at="Access-Control-Expose-Headers")  # fmt: skip
