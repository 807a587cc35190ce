"""Judge every resource of a page and say it in one verdict: how many, which first, why."""

from collections.abc import Callable, Iterable

from cicclo.kernel.text import Text
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._rdf import Resource

SHOWN = 3


def tally(resources: Iterable[Resource], fault: Callable[[Resource], Text | None]) -> Verdict:
    """Return passed when `fault` finds nothing, else the count and the first resources at fault."""
    total, wrong = 0, []
    for resource in resources:
        total += 1
        if (text := fault(resource)) is not None:
            wrong.append((resource.name, text))
    if not wrong:
        return passed(f"{total} examinés", f"{total} looked at")
    fr = " ; ".join(f"{name} : {text.fr}" for name, text in wrong[:SHOWN])
    en = "; ".join(f"{name}: {text.en}" for name, text in wrong[:SHOWN])
    return failed(
        f"{len(wrong)} sur {total} – {fr}"[:1200], f"{len(wrong)} of {total} – {en}"[:1200], at=wrong[0][0]
    )


def absent(fr: str, en: str) -> Text:
    return Text(f"{fr} absent", f"{en} absent")
