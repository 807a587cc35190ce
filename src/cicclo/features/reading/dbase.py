"""The character set of a Shapefile's texts: its .cpg says it, when there is one; else the bytes themselves."""

import codecs
from pathlib import Path

_HEAD = 32


def guessed(shapefile: Path) -> str:
    """Return an encoding to impose (`UTF-8`), empty when the file says its own or when GDAL's reading is right.

    Without .cpg, GDAL takes ISO 8859-1, which accepts any byte: only texts that are plainly UTF-8 contradict it.
    """
    beside = {each.suffix.lower(): each for each in shapefile.parent.glob(f"{_escaped(shapefile.stem)}.*")}
    if ".cpg" in beside or ".dbf" not in beside:
        return ""
    decoder = codecs.getincrementaldecoder("utf-8")()
    wide = False
    with beside[".dbf"].open("rb") as file:
        head = file.read(_HEAD)
        start = int.from_bytes(head[8:10], "little")
        file.seek(start)
        try:
            while chunk := file.read(1 << 20):
                wide = wide or not chunk.isascii()
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return ""
    return "UTF-8" if wide else ""


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)
