"""Files read by pieces over HTTP: the beginning, then the few places that decide."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cicclo.kernel.text import Text
from cicclo.probes.documents import success
from cicclo.probes.errors import BadDocument
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Request

FORMATS = ("cog", "geoparquet", "flatgeobuf", "pmtiles")
START = 16384
MOST_PIECES = 24
LARGEST_PIECE = 8 << 20
_CONTENT_RANGE = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+|\*)")


@dataclass(slots=True)
class RemoteFile(Service):
    """`size` is 0 when the server does not tell it; `pieces` are (offset, bytes) read so far."""

    url: str = ""
    size: int = 0
    pieces: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def start(self) -> bytes:
        """The first 16 KiB, or less."""
        return self.pieces[0][1] if self.pieces else b""

    async def at(self, ask: Ask, offset: int, length: int) -> bytes:
        """Bytes at a place, from what was read or with one more request; fewer at the end of the file."""
        if not 0 < length <= LARGEST_PIECE or (self.size and offset >= self.size):
            raise self.broken(
                f"{length} octets à {offset} : hors du fichier",
                f"{length} bytes at {offset}: not in the file",
                offset,
            )
        for begin, data in self.pieces:
            end = begin + len(data)
            if begin <= offset and (offset + length <= end or 0 < self.size <= end):
                return data[offset - begin : offset - begin + length]
        if len(self.pieces) >= MOST_PIECES:
            raise self.broken("le fichier est trop éparpillé", "the file is too scattered", offset)
        data = await piece(ask, self.url, offset, max(length, 1024))
        self.pieces.append((offset, data))
        return data[:length]

    def broken(self, fr: str, en: str, offset: int) -> BadDocument:
        """The error for a file whose bytes do not make sense at a place."""
        answer = Answer(Request("GET", self.url), self.url)
        return BadDocument(answer, Text(fr, en), at=f"{self.url}#{offset}", code="malformed")


async def begin(file: RemoteFile, ask: Ask) -> None:
    """Read the start of the file and its size; raises Unusable when nothing comes."""
    file.url = file.endpoint.url
    answer = success(await ask.get(file.url, range=f"bytes=0-{START - 1}"))
    file.size = total(answer)
    file.pieces = [(0, answer.body)]


async def piece(ask: Ask, url: str, offset: int, length: int) -> bytes:
    """GET a range; raise BadDocument when the server sends something else than that range."""
    answer = success(await ask.get(url, range=f"bytes={offset}-{offset + length - 1}"))
    placed = _CONTENT_RANGE.match(answer.header("content-range"))
    if answer.status == 206 and placed and int(placed[1]) == offset:
        return answer.body
    told = f"HTTP {answer.status} {answer.header('content-range')}".strip()
    message = Text(
        f"le serveur ne sert pas la plage demandée : {told}",
        f"the server does not serve the range asked for: {told}",
    )
    raise BadDocument(answer, message, code="no-range")


def total(answer: Answer) -> int:
    """Size of the whole file, from Content-Range, or Content-Length of a whole answer; 0 when not told."""
    placed = _CONTENT_RANGE.match(answer.header("content-range"))
    if answer.status == 206:
        return int(placed[3]) if placed and placed[3] != "*" else 0
    length = answer.header("content-length")
    if answer.header("content-encoding") or not length.isdigit():
        return 0 if answer.truncated else answer.length
    return int(length)


def sniffer(protocol: str, recognises: Callable[[bytes], bool]) -> Callable[[Answer], Sequence[Endpoint]]:
    """How a format is recognised in an answer: by its first bytes."""

    def sniff(answer: Answer) -> Sequence[Endpoint]:
        if answer.ok and recognises(answer.body[:START]):
            return (Endpoint(protocol, answer.url.partition("#")[0], "address"),)
        return ()

    return sniff
