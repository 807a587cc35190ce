"""A shapefile has its parts: .shp, .shx and .dbf are the format; .prj and .cpg are told by their own rules."""

from collections.abc import Iterator

from cicclo.validation.geo.rule import RULES, Rule, Watch, Work
from cicclo.validation.geo.sources import beside
from cicclo.validation.model import Fault

PARTS = "geodata/shapefile/parts"


class Parts(Watch):
    def begin(self) -> Iterator[Fault]:
        for suffix in (".shx", ".dbf"):
            if beside(self.work.layer.path, suffix) is None:
                yield self.work.fault("FILE_MISSING_MANDATORY", PARTS, facts={"part": suffix})


def _watch(work: Work) -> Parts | None:
    is_shape = work.layer.kind == "shapefile" and work.layer.path.suffix.lower() == ".shp"
    return Parts(work) if is_shape else None


RULES.add(Rule("parts", (PARTS,), _watch))
