"""Tiles, overviews and their order in the file: the rules rio-cogeo applies, decided on the directories alone."""

from cicclo.probes.check import check
from cicclo.probes.examples.cog import changed
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._ranges import START
from cicclo.probes.protocols._tiff import TILE_HEIGHT, TILE_WIDTH
from cicclo.probes.protocols.cog import Cog
from cicclo.probes.session import Ask

# where rio-cogeo stops accepting the first directory
FIRST_DIRECTORY = 300
SMALLEST = 512


@check("cog/layout/tiled", on="cog", breaks=lambda _site: changed(striped=frozenset({0})))
async def tiled(cog: Cog, ask: Ask) -> Verdict:
    width, height = cog.main.size
    if cog.main.tiled or not cog.is_large:
        return passed()
    return failed(
        f"{width} × {height} pixels en bandes", f"{width} × {height} pixels in strips", at=f"tag {TILE_WIDTH}"
    )


@check("cog/layout/tile-size", on="cog", breaks=lambda _site: changed(tile=16))
async def tile_size(cog: Cog, ask: Ask) -> Verdict:
    if not cog.main.tiled:
        return inapplicable("l'image n'est pas en tuiles", "the image is not tiled")
    width, height = cog.main.number(TILE_WIDTH), cog.main.number(TILE_HEIGHT)
    if all(side % 16 == 0 and 64 <= side <= 2048 for side in (width, height)):
        return passed()
    return failed(f"tuiles de {width} × {height}", f"tiles of {width} × {height}", at=f"tag {TILE_WIDTH}")


@check("cog/overviews/present", on="cog", breaks=lambda _site: changed(sizes=((1024, 768),)))
async def present(cog: Cog, ask: Ask) -> Verdict:
    if cog.overviews or not cog.is_large:
        return passed()
    width, height = cog.main.size
    return failed(
        f"aucun aperçu pour {width} × {height} pixels", f"no overview for {width} × {height} pixels"
    )


@check(
    "cog/overviews/smaller",
    on="cog",
    breaks=lambda _site: changed(sizes=((1024, 768), (512, 384), (600, 500))),
)
async def smaller(cog: Cog, ask: Ask) -> Verdict:
    if not cog.overviews:
        return inapplicable("pas d'aperçu", "no overview")
    before = cog.main
    for overview in cog.overviews:
        if not (overview.size[0] < before.size[0] and overview.size[1] <= before.size[1]):
            seen = " → ".join(f"{w}×{h}" for w, h in (before.size, overview.size))
            return failed(
                f"aperçu qui ne diminue pas : {seen}",
                f"an overview that is not smaller: {seen}",
                at=f"IFD {overview.offset}",
            )
        before = overview
    return passed()


@check(
    "cog/overviews/down-to-a-tile", on="cog", breaks=lambda _site: changed(sizes=((2048, 2048), (1024, 1024)))
)
async def down_to_a_tile(cog: Cog, ask: Ask) -> Verdict:
    if not cog.overviews:
        return passed() if not cog.is_large else inapplicable("pas d'aperçu", "no overview")
    width, height = cog.overviews[-1].size
    if max(width, height) <= SMALLEST:
        return passed()
    return failed(
        f"le plus petit aperçu a {width} × {height} pixels",
        f"the smallest overview has {width} × {height} pixels",
    )


@check("cog/overviews/tiled", on="cog", breaks=lambda _site: changed(sizes=((2048, 2048), (1024, 1024), (512, 512)), striped=frozenset({1})))  # fmt: skip
async def overviews_tiled(cog: Cog, ask: Ask) -> Verdict:
    if not cog.overviews:
        return inapplicable("pas d'aperçu", "no overview")
    for overview in cog.overviews:
        if max(overview.size) > SMALLEST and not overview.tiled:
            width, height = overview.size
            return failed(
                f"aperçu {width} × {height} en bandes",
                f"overview {width} × {height} in strips",
                at=f"IFD {overview.offset}",
            )
    return passed()


@check("cog/layout/first-directory", on="cog", breaks=lambda _site: changed(padding=400))
async def first_directory(cog: Cog, ask: Ask) -> Verdict:
    """GDAL's notes (the ghost area) may come before the first directory."""
    limit = max(FIRST_DIRECTORY, cog.tiff.body + 16)
    if cog.main.offset <= limit:
        return passed()
    place = cog.main.offset
    return failed(
        f"premier répertoire à l'octet {place}", f"first directory at byte {place}", at=f"IFD {place}"
    )


@check("cog/layout/directories-first", on="cog", breaks=lambda _site: changed(padding=20000))
async def directories_first(cog: Cog, ask: Ask) -> Verdict:
    """One request of 16 KiB is what readers spend before they know where the tiles are."""
    end = max(directory.end for directory in cog.tiff.directories)
    if end <= START:
        return passed()
    return failed(
        f"les répertoires vont jusqu'à l'octet {end}", f"directories reach byte {end}", at=f"IFD {end}"
    )


@check(
    "cog/layout/directory-order",
    on="cog",
    breaks=lambda _site: changed(sizes=((1024, 768), (256, 192), (512, 384))),
)
async def directory_order(cog: Cog, ask: Ask) -> Verdict:
    offsets = [cog.main.offset, *(overview.offset for overview in cog.overviews)]
    widths = [cog.main.size[0], *(overview.size[0] for overview in cog.overviews)]
    if offsets == sorted(offsets) and widths == sorted(widths, reverse=True):
        return passed()
    seen = ", ".join(f"{width} px @ {offset}" for width, offset in zip(widths, offsets, strict=True))
    return failed(f"répertoires en désordre : {seen}", f"directories out of order: {seen}")


@check("cog/layout/data-order", on="cog", breaks=lambda _site: changed(small_first=False))
async def data_order(cog: Cog, ask: Ask) -> Verdict:
    """A reader that shows the whole raster reads the end of the header and goes on: the smallest image comes first."""
    places = [image.first_block[0] for image in (cog.main, *cog.overviews)]
    if not all(places) or not cog.overviews:
        return inapplicable("pas d'aperçu, ou image creuse", "no overview, or a sparse image")
    if places == sorted(places, reverse=True):
        return passed()
    return failed(
        f"premières tuiles aux octets {places}", f"first tiles at bytes {places}", at=f"tag 324 = {places[0]}"
    )


@check("cog/layout/ghost-area", on="cog", breaks=lambda _site: changed(ghost=""))
async def ghost_area(cog: Cog, ask: Ask) -> Verdict:
    if cog.tiff.ghost.get("LAYOUT") == "IFDS_BEFORE_DATA":
        return passed()
    seen = cog.tiff.ghost.get("LAYOUT", "absent")
    return failed(f"LAYOUT : {seen}", f"LAYOUT: {seen}", at=f"@{cog.tiff.body}")


@check("cog/layout/not-edited", on="cog", breaks=lambda _site: changed(ghost="LAYOUT=IFDS_BEFORE_DATA\nKNOWN_INCOMPATIBLE_EDITION=YES\n"))  # fmt: skip
async def not_edited(cog: Cog, ask: Ask) -> Verdict:
    """GDAL writes YES here when a COG was modified in place and lost its order."""
    value = cog.tiff.ghost.get("KNOWN_INCOMPATIBLE_EDITION")
    if value is None:
        return inapplicable("le fichier ne le dit pas", "the file does not tell")
    if value.strip() == "NO":
        return passed()
    return failed(
        "le fichier a été modifié après coup",
        "the file was edited afterwards",
        at="KNOWN_INCOMPATIBLE_EDITION",
    )
