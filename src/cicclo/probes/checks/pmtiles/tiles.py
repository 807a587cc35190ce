"""What the header says of the tiles, and one tile read (PMTiles 3)."""

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.examples.pmtiles import changed, with_header
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols.pmtiles import (
    COMPRESSIONS,
    TYPES,
    Entry,
    PMTiles,
    UnknownCompression,
    Unreadable,
    directory,
    unpack,
)
from cicclo.probes.session import Ask

_MAGIC = {2: (b"\x89PNG",), 3: (b"\xff\xd8\xff",), 4: (b"RIFF",)}
# the protobuf tag of a layer: field 3, length-delimited
_MVT = b"\x1a"


@check("pmtiles/tiles/type", on="pmtiles", breaks=lambda _site: with_header(tile_type=0))
async def tile_type(file: PMTiles, ask: Ask) -> Verdict:
    number = file.header["tile_type"]
    if number in TYPES and number:
        return passed()
    return failed(f"type de tuile {number}", f"tile type {number}", at="tile type")


@check("pmtiles/tiles/compression", on="pmtiles", breaks=lambda _site: with_header(tile_compression=0))
async def compression(file: PMTiles, ask: Ask) -> Verdict:
    for name in ("internal_compression", "tile_compression"):
        if not 1 <= file.header[name] <= 4:
            return failed(f"{name} : {file.header[name]}", f"{name}: {file.header[name]}", at=name)
    return passed()


@check("pmtiles/tiles/zooms", on="pmtiles", breaks=lambda _site: with_header(min_zoom=9))
async def zooms(file: PMTiles, ask: Ask) -> Verdict:
    low, high = file.header["min_zoom"], file.header["max_zoom"]
    if low <= high <= 31:
        return passed()
    return failed(f"zooms de {low} à {high}", f"zooms from {low} to {high}", at="min zoom / max zoom")


@check("pmtiles/tiles/bounds", on="pmtiles", breaks=lambda _site: with_header(east=-10_000_000))
async def bounds(file: PMTiles, ask: Ask) -> Verdict:
    west, south, east, north = (file.degrees(name) for name in ("west", "south", "east", "north"))
    if -180 <= west < east <= 180 and -90 <= south < north <= 90:
        return passed()
    seen = f"[{west:g}, {south:g}, {east:g}, {north:g}]"
    return failed(f"emprise {seen}", f"bounds {seen}", at="min position / max position")


@check("pmtiles/tiles/center", on="pmtiles", breaks=lambda _site: with_header(center_zoom=7))
async def center(file: PMTiles, ask: Ask) -> Verdict:
    zoom, lon, lat = file.header["center_zoom"], file.degrees("center_lon"), file.degrees("center_lat")
    inside = file.degrees("west") <= lon <= file.degrees("east") and file.degrees(
        "south"
    ) <= lat <= file.degrees("north")
    if inside and file.header["min_zoom"] <= zoom <= file.header["max_zoom"]:
        return passed()
    seen = f"{lon:g}, {lat:g}, zoom {zoom}"
    return failed(
        f"centre hors des tuiles : {seen}", f"center outside the tiles: {seen}", at="center position"
    )


@check("pmtiles/tiles/clustered", on="pmtiles", breaks=lambda _site: with_header(clustered=0))
async def clustered(file: PMTiles, ask: Ask) -> Verdict:
    if file.header["clustered"] == 1:
        return passed()
    return failed("tuiles en désordre dans le fichier", "tiles are not in order in the file", at="clustered")


@check("pmtiles/tiles/readable", on="pmtiles", breaks=lambda _site: changed(tile=b"<html>404</html>"))
async def readable(file: PMTiles, ask: Ask) -> Verdict:
    entry = await _first_tile(file, ask)
    place = file.header["tiles_offset"] + entry.offset
    raw = await file.at(ask, place, entry.length)
    try:
        tile = unpack(raw, file.header["tile_compression"])
    except UnknownCompression as error:
        return cannot_tell(f"compression {error} non lue", f"compression {error} not read")
    except Unreadable as error:
        said = COMPRESSIONS.get(file.header["tile_compression"], "")
        return failed(f"tuile {entry.tile} illisible en {said} : {error}", f"tile {entry.tile} unreadable as {said}: {error}", at=f"{file.url}#{place}")  # fmt: skip
    kind = file.header["tile_type"]
    if tile.startswith(_MAGIC.get(kind, (b"",))) and (kind != 1 or not tile or tile.startswith(_MVT)):
        return passed()
    seen, said = tile[:8].hex(" "), TYPES.get(kind, str(kind))
    return failed(f"la tuile {entry.tile} n'est pas du {said} : {seen}", f"tile {entry.tile} is not {said}: {seen}", at=f"{file.url}#{place}")  # fmt: skip


async def _first_tile(file: PMTiles, ask: Ask) -> Entry:
    """The first tile, behind a leaf directory if need be; raises Missing when directories cannot be read."""
    entries = file.root
    for _ in range(3):
        if not entries:
            break
        entry = entries[0]
        if entry.run:
            return entry
        raw = await file.at(ask, file.header["leaf_offset"] + entry.offset, entry.length)
        try:
            entries = directory(unpack(raw, file.header["internal_compression"]))
        except Unreadable:
            break
    raise Missing("répertoires illisibles", "unreadable directories")
