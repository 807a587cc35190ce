"""A text table in gzip, unpacked as a stream; what unpacks without end is refused."""

import gzip
import io
import zlib
from functools import partial
from typing import IO, Any, BinaryIO, cast

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._text import open_text


class Bounded(io.RawIOBase):
    """Bytes of a packed stream: at most so many; a broken stream is told as an unreadable source."""

    def __init__(self, packed: IO[bytes], asked: Asked) -> None:
        super().__init__()
        self.packed, self.asked, self.given = packed, asked, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            found = self.packed.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise SourceUnreadable(
                Text("L'archive est abîmée ou incomplète.", "The archive is broken or incomplete."),
                kind="format-error",
                at=self.asked.name,
            ) from error
        self.given += len(found)
        if self.given > self.asked.limits.unpacked:
            raise too_large(self.asked)
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self.packed.close()
        super().close()


def too_large(asked: Asked) -> SourceUnreadable:
    most = asked.limits.unpacked
    return SourceUnreadable(
        Text(
            f"Le fichier dépasse {most} octets une fois déplié.",
            f"The file passes {most} bytes once unpacked.",
        ),
        kind="format-error",
        at=asked.name,
        remedy=Text("Partager le tableau en plusieurs fichiers.", "Split the table into several files."),
    )


def bounded(packed: IO[bytes], asked: Asked) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(Bounded(packed, asked), 1 << 18))


def open_gz(asked: Asked) -> Opened:
    inner = asked.name.removesuffix(asked.name[-3:])
    tabs = "\t" if inner.lower().endswith(".tsv") else ""
    return open_text(asked, partial(_stream, asked), delimiter=tabs)


def _stream(asked: Asked) -> BinaryIO:
    return bounded(cast("IO[bytes]", gzip.open(asked.path)), asked)


READERS.add(Reader("gz", ("gz",), open_gz, foreign=True))
