"""Header, directories and metadata of the archive (PMTiles 3)."""

from cicclo.probes.check import check
from cicclo.probes.documents import usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples.pmtiles import METADATA, changed, with_header
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols._ranges import START
from cicclo.probes.protocols.pmtiles import PMTiles, UnknownCompression, Unreadable, metadata
from cicclo.probes.session import Ask

SECTIONS = ("root", "metadata", "leaf", "tiles")


@check("pmtiles/layout/root-at-start", on="pmtiles", breaks=lambda _site: changed(padding=17000))
async def root_at_start(file: PMTiles, ask: Ask) -> Verdict:
    end = file.header["root_offset"] + file.header["root_length"]
    if end <= START:
        return passed()
    return failed(
        f"le répertoire racine finit à l'octet {end}",
        f"the root directory ends at byte {end}",
        at="root_offset",
    )


@check("pmtiles/layout/sections-inside", on="pmtiles", breaks=lambda _site: with_header(tiles_length=1 << 40))
async def sections_inside(file: PMTiles, ask: Ask) -> Verdict:
    if not file.size:
        raise Missing("taille du fichier inconnue", "unknown file size")
    for section in SECTIONS:
        end = file.header[f"{section}_offset"] + file.header[f"{section}_length"]
        if end > file.size:
            return failed(f"la partie « {section} » finirait à {end}, le fichier a {file.size} octets", f"section “{section}” would end at {end}, the file has {file.size} bytes", at=f"{section}_offset")  # fmt: skip
    return passed()


@check("pmtiles/directory/readable", on="pmtiles", breaks=lambda _site: with_header(root_length=12))
async def directory_readable(file: PMTiles, ask: Ask) -> Verdict:
    if file.root:
        return passed()
    if file.header["internal_compression"] in (3, 4):
        return cannot_tell("compression non lue (brotli ou zstd)", "compression not read (brotli or zstd)")
    return failed(
        f"répertoire racine illisible : {file.problem}",
        f"unreadable root directory: {file.problem}",
        at="root_offset",
    )


@check("pmtiles/directory/ordered", on="pmtiles", breaks=lambda _site: changed(ids=(0, 1, 1, 3)))
async def directory_ordered(file: PMTiles, ask: Ask) -> Verdict:
    if not file.root:
        raise Missing("répertoire racine illisible", "unreadable root directory")
    for before, entry in zip(file.root, file.root[1:], strict=False):
        if entry.tile < before.tile + max(1, before.run):
            return failed(
                f"la tuile {entry.tile} suit la tuile {before.tile}",
                f"tile {entry.tile} follows tile {before.tile}",
                at="root",
            )
    return passed()


@check("pmtiles/directory/counts", on="pmtiles", breaks=lambda _site: with_header(addressed=2))
async def counts(file: PMTiles, ask: Ask) -> Verdict:
    """Zero says “unknown”; otherwise contents ≤ entries ≤ addressed tiles."""
    addressed, entries, contents = (file.header[name] for name in ("addressed", "entries", "contents"))
    if not (addressed and entries and contents) or contents <= entries <= addressed:
        return passed()
    seen = f"{addressed} / {entries} / {contents}"
    return failed(
        f"comptes incompatibles : {seen}",
        f"counts that do not fit: {seen}",
        at="addressed tiles / entries / contents",
    )


@check("pmtiles/metadata/json", on="pmtiles", breaks=lambda _site: changed(metadata=["communes"]))
async def metadata_json(file: PMTiles, ask: Ask) -> Verdict:
    try:
        document = await metadata(file, ask)
    except UnknownCompression as error:
        return cannot_tell(f"compression {error} non lue", f"compression {error} not read")
    except Unreadable as error:
        return failed(f"métadonnées illisibles : {error}", f"unreadable metadata: {error}", at="metadata")
    if isinstance(document, dict):
        return passed()
    return failed(
        "les métadonnées ne sont pas un objet JSON", "the metadata are not a JSON object", at="metadata"
    )


async def _document(file: PMTiles, ask: Ask) -> dict[str, object]:
    try:
        document = await metadata(file, ask)
    except Unreadable:
        raise Missing("métadonnées illisibles", "unreadable metadata") from None
    return document if isinstance(document, dict) else {}


@check(
    "pmtiles/metadata/vector-layers",
    on="pmtiles",
    breaks=lambda _site: changed(metadata={k: v for k, v in METADATA.items() if k != "vector_layers"}),
)
async def vector_layers(file: PMTiles, ask: Ask) -> Verdict:
    if file.header["tile_type"] != 1:
        raise Missing("tuiles non vectorielles", "tiles are not vector tiles")
    layers = (await _document(file, ask)).get("vector_layers")
    if isinstance(layers, list) and layers and all(isinstance(one, dict) and one.get("id") for one in layers):
        return passed()
    return failed(
        "vector_layers manque ou n'a pas d'identifiants",
        "vector_layers is missing or has no ids",
        at="/vector_layers",
    )


@check(
    "pmtiles/metadata/attribution",
    on="pmtiles",
    breaks=lambda _site: changed(metadata={**METADATA, "attribution": ""}),
)
async def attribution(file: PMTiles, ask: Ask) -> Verdict:
    if (await _document(file, ask)).get("attribution"):
        return passed()
    return failed("aucune mention de la source", "no attribution", at="/attribution")


@check(
    "pmtiles/file/media-type",
    on="pmtiles",
    breaks=lambda site: site.header("*", "content-type", "text/plain"),
)
async def media_type(file: PMTiles, ask: Ask) -> Verdict:
    seen = usable(await ask.get(file.url, range="bytes=0-16383")).media_type
    if "pmtiles" in seen or seen == "application/octet-stream":
        return passed()
    return failed(
        f"Content-Type : {seen or 'absent'}", f"Content-Type: {seen or 'absent'}", at="Content-Type"
    )
