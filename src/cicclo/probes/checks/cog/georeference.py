"""Where the raster is: GeoKeys and placement (GeoTIFF 1.1)."""

from cicclo.probes.check import check
from cicclo.probes.examples.cog import GEO, changed, short
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._tiff import GEO_KEYS, MATRIX, NODATA, SCALE, TIEPOINT
from cicclo.probes.protocols.cog import Cog
from cicclo.probes.session import Ask

MODEL, GEOGRAPHIC, PROJECTED, USER_DEFINED = 1024, 2048, 3072, 32767


def _without(tag: int) -> dict[int, tuple[int, bytes]]:
    return {key: value for key, value in GEO.items() if key != tag}


@check("cog/geotiff/keys", on="cog", breaks=lambda _site: changed(geo=_without(GEO_KEYS)))
async def keys(cog: Cog, ask: Ask) -> Verdict:
    if GEO_KEYS in cog.main.tags and MODEL in cog.main.geo_keys:
        return passed()
    return failed("pas de clés GeoTIFF", "no GeoTIFF keys", at=f"tag {GEO_KEYS}")


@check("cog/geotiff/crs-code", on="cog", breaks=lambda _site: changed(geo=GEO | {GEO_KEYS: short(1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, USER_DEFINED)}))  # fmt: skip
async def crs_code(cog: Cog, ask: Ask) -> Verdict:
    found = cog.main.geo_keys
    code = found.get(PROJECTED) or found.get(GEOGRAPHIC)
    if code and 1024 <= code < USER_DEFINED:
        return passed()
    seen = {None: "absent", USER_DEFINED: "32767 (user-defined)"}.get(code, str(code))
    return failed(
        f"code EPSG : {seen}",
        f"EPSG code: {seen}",
        at=f"GeoKey {PROJECTED}",
        code="user-defined" if code else "absent",
    )


@check("cog/geotiff/placement", on="cog", breaks=lambda _site: changed(geo=_without(SCALE)))
async def placement(cog: Cog, ask: Ask) -> Verdict:
    tags = cog.main.tags
    scale = tags.get(SCALE, ())
    if len(tags.get(MATRIX, ())) == 16 or (
        len(scale) >= 2 and len(tags.get(TIEPOINT, ())) >= 6 and all(scale[:2])
    ):
        return passed()
    return failed(
        "ni échelle et point d'attache, ni matrice",
        "neither scale and tie point nor matrix",
        at=f"tag {SCALE}",
    )


@check("cog/pixels/nodata", on="cog", breaks=lambda _site: changed(geo=_without(NODATA)))
async def nodata(cog: Cog, ask: Ask) -> Verdict:
    if (
        cog.main.nodata
        or 338 in cog.main.tags
        or any(directory.is_mask for directory in cog.tiff.directories)
    ):
        return passed()
    return failed(
        "ni valeur d'absence, ni masque, ni transparence",
        "no nodata value, mask or alpha",
        at=f"tag {NODATA}",
    )
