"""How a check announces itself: requirement, protocol, subject, and the proof that it can fail.

    @check("wfs/getfeature/paging", on="wfs", each="type", breaks=lambda site: site.edit_text("*hits*", "1000", "12"))
    async def paging_is_honest(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict: ...

Every protocol has one correct example site (`examples/<protocol>.py`); it is the passing example of all its
checks. `breaks` damages that site in the one way the check must notice. A contract test runs both.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

from cicclo.kernel.registry import Registry
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict

Judged = Verdict | Iterable[Verdict]
CheckFunction = Callable[..., Awaitable[Judged] | AsyncIterator[Verdict]]
Breaks = Callable[[Site], Site]


@dataclass(frozen=True, slots=True)
class Check:
    """`on` are protocol ids (`*`: every endpoint); `each` the kind of member it is run on, empty for the endpoint."""

    requirement: str
    on: tuple[str, ...]
    each: str
    breaks: Breaks | None
    example: str
    run: CheckFunction
    about: str

    @property
    def id(self) -> str:
        return f"{self.requirement} on {'+'.join(self.on)}"


CHECKS: Registry[Check] = Registry("cicclo.probes.checks", name=lambda check: check.id)


def check(
    requirement: str,
    *,
    on: str | tuple[str, ...],
    each: str = "",
    breaks: Breaks | None = None,
    example: str = "",
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a check. `example` names the example site when it is not the first protocol's own."""
    protocols = (on,) if isinstance(on, str) else on

    def declare(function: CheckFunction) -> CheckFunction:
        about = (function.__doc__ or "").strip()
        CHECKS.add(Check(requirement, protocols, each, breaks, example or protocols[0], function, about))
        return function

    return declare
