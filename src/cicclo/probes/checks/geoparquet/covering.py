"""What lets a reader skip the row groups that are elsewhere (GeoParquet 1.1.0, covering)."""

from typing import Any

from cicclo.probes.check import check
from cicclo.probes.checks.geoparquet.metadata import described
from cicclo.probes.errors import Missing
from cicclo.probes.examples.geoparquet import changed, column
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.geoparquet import GeoParquet
from cicclo.probes.session import Ask

AT = "covering/bbox"
SIDES = ("xmin", "ymin", "xmax", "ymax")


def _covering(file: GeoParquet) -> dict[str, Any]:
    covering = described(file).primary.get("covering")
    box = covering.get("bbox") if isinstance(covering, dict) else None
    return box if isinstance(box, dict) else {}


def _paths(file: GeoParquet) -> list[str]:
    """Names of the four covering columns, as Parquet writes them; raises Missing without a covering."""
    box = _covering(file)
    if not box:
        raise Missing("pas de colonnes d'emprise", "no covering columns")
    return [
        ".".join(str(part) for part in box[side]) if isinstance(box.get(side), list) else "" for side in SIDES
    ]


@check(
    "geoparquet/covering/present", on="geoparquet", breaks=lambda _site: column(lambda c: c.pop("covering"))
)
async def present(file: GeoParquet, ask: Ask) -> Verdict:
    if _covering(file) or all(encoding != "WKB" for encoding in [described(file).primary.get("encoding")]):
        return passed()
    return failed("pas de colonnes d'emprise (covering)", "no covering columns", at=AT)


@check(
    "geoparquet/covering/valid",
    on="geoparquet",
    breaks=lambda _site: column(lambda c: c["covering"]["bbox"].update(xmin=["box", "xmin"])),
)
async def valid(file: GeoParquet, ask: Ask) -> Verdict:
    known = {file.footer.schema.column(i).path for i in range(len(file.footer.schema))}
    for side, path in zip(SIDES, _paths(file), strict=True):
        if path not in known:
            return failed(f"« {path} » n'est pas une colonne", f"“{path}” is not a column", at=f"{AT}/{side}")
    return passed()


@check(
    "geoparquet/covering/statistics", on="geoparquet", breaks=lambda _site: changed(write_statistics=False)
)
async def statistics(file: GeoParquet, ask: Ask) -> Verdict:
    wanted = set(_paths(file))
    for number in range(min(file.footer.num_row_groups, 100)):
        group = file.footer.row_group(number)
        for index in range(group.num_columns):
            chunk = group.column(index)
            if chunk.path_in_schema in wanted and not (chunk.is_stats_set and chunk.statistics.has_min_max):
                path = chunk.path_in_schema
                return failed(f"pas de minimum ni de maximum pour {path}, groupe {number}", f"no minimum and maximum for {path}, row group {number}", at=path)  # fmt: skip
    return passed()
