"""GeoPackage geometries: a header, then WKB (OGC 12-128r19, 2.1.3)."""

import struct

import shapely

_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_EMPTY, _EXTENDED = 0x10, 0x20


def wkb(blob: bytes | None) -> bytes | None:
    """The WKB of a geometry; None for none, an empty one, or what is no geometry."""
    if blob is None or len(blob) < 9 or blob[:2] != b"GP":
        return None
    flags = blob[3]
    size = _ENVELOPES.get((flags >> 1) & 7)
    if size is None or flags & (_EMPTY | _EXTENDED):
        return None
    return blob[8 + size :]


def envelope(blob: bytes | None) -> tuple[float, float, float, float] | None:
    """minx, maxx, miny, maxy, from the header when it has them."""
    inner = wkb(blob)
    if blob is None or inner is None:
        return None
    flags = blob[3]
    if (flags >> 1) & 7:
        found: tuple[float, float, float, float] = struct.unpack_from("<4d" if flags & 1 else ">4d", blob, 8)
        return found
    west, south, east, north = shapely.from_wkb(inner).bounds
    return west, east, south, north


def pack(geometry: shapely.Geometry, srs: int) -> bytes:
    """With an envelope, but for points."""
    inner: bytes = shapely.to_wkb(geometry, byte_order=1, flavor="iso", include_srid=False)
    if geometry.geom_type == "Point":
        return struct.pack("<2sBBi", b"GP", 0, 1, srs) + inner
    west, south, east, north = geometry.bounds
    return struct.pack("<2sBBi4d", b"GP", 0, 3, srs, west, east, south, north) + inner
