"""The pixels: compressed, and really there."""

import zlib
from dataclasses import replace

from cicclo.probes.check import check
from cicclo.probes.documents import usable
from cicclo.probes.examples.cog import changed
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._tiff import COMPRESSION
from cicclo.probes.protocols.cog import Cog
from cicclo.probes.session import Ask

_DEFLATE = (8, 32946)
# compression → how its blocks begin
_MAGIC = {7: b"\xff\xd8", 50000: b"\x28\xb5\x2f\xfd", 50001: b"RIFF"}
LARGEST_BLOCK = 4 << 20


@check("cog/pixels/compressed", on="cog", breaks=lambda _site: changed(compression=1))
async def compressed(cog: Cog, ask: Ask) -> Verdict:
    if cog.main.number(COMPRESSION, 1) != 1:
        return passed()
    return failed("pixels non compressés", "pixels are not compressed", at=f"tag {COMPRESSION}")


@check(
    "cog/pixels/block-readable",
    on="cog",
    breaks=lambda site: site.change(
        "*.tif", lambda _q, reply: replace(reply, body=reply.body.replace(b"x\x9c", b"??"))
    ),
)
async def block_readable(cog: Cog, ask: Ask) -> Verdict:
    image = (cog.main, *cog.overviews)[-1]
    offset, count = image.first_block
    if not offset or not 0 < count <= LARGEST_BLOCK:
        return inapplicable("image creuse, ou bloc trop grand", "a sparse image, or a block too large")
    block = await cog.at(ask, offset, count)
    problem = _problem(image.number(COMPRESSION, 1), block, count)
    if not problem:
        return passed()
    return failed(f"bloc illisible : {problem}", f"unreadable block: {problem}", at=f"{cog.url}#{offset}")


def _problem(compression: int, block: bytes, count: int) -> str:
    """Why a block cannot be read; empty when nothing is wrong with what we know to check."""
    if len(block) < count:
        return f"{len(block)} / {count}"
    if compression in _DEFLATE:
        try:
            zlib.decompressobj().decompress(block, 1 << 24)
        except zlib.error as error:
            return str(error)
    return "" if block.startswith(_MAGIC.get(compression, b"")) else block[:4].hex()


@check("cog/file/no-external-overviews", on="cog", breaks=lambda site: site.reply("*.tif.ovr", Reply(200, {"content-type": "image/tiff"}, b"II*\0")))  # fmt: skip
async def no_external_overviews(cog: Cog, ask: Ask) -> Verdict:
    path, question, query = cog.url.partition("?")
    beside = f"{path}.ovr{question}{query}"
    answer = usable(await ask.get(beside, range="bytes=0-3"))
    if answer.ok and answer.body[:2] in (b"II", b"MM"):
        return failed("des aperçus sont dans un fichier à part", "overviews are in a file apart", at=beside)
    return passed()


@check(
    "cog/file/media-type",
    on="cog",
    breaks=lambda site: site.header("*.tif", "content-type", "application/octet-stream"),
)
async def media_type(cog: Cog, ask: Ask) -> Verdict:
    answer = usable(await ask.get(cog.url, range="bytes=0-16383"))
    if answer.media_type == "image/tiff":
        return passed()
    seen = answer.header("content-type") or "absent"
    return failed(f"Content-Type : {seen}", f"Content-Type: {seen}", at="Content-Type")
