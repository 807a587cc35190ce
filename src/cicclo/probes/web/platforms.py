"""Platforms: the list, one platform's history, its badge."""

from dataclasses import dataclass
from unicodedata import combining, normalize

from cicclo.kernel.text import Text
from cicclo.probes.model import Outcome
from cicclo.probes.store import Listed
from cicclo.probes.web.badge import badge
from cicclo.probes.web.desk import Desk
from cicclo.probes.web.regions import region_name
from cicclo.requirements import profiles
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.replies import Page, Raw

STATES = {
    "": Text("Toutes", "All"),
    "never": Text("Jamais auditées", "Never audited"),
    "running": Text("Audit en cours", "Audit running"),
    "failing": Text("Avec des exigences obligatoires non tenues", "With mandatory requirements not met"),
    "good": Text("Sans échec obligatoire", "Without mandatory failure"),
}


class ListParams(Params, frozen=True):
    q: str = ""
    state: str = ""
    region: str = ""


class PlatformParams(Params, frozen=True):
    platform: str


@dataclass(frozen=True, slots=True)
class Platforms:
    desk: Desk

    def home(self, _visit: Visit, params: ListParams) -> Page:
        everything = self.desk.store.platforms()
        regions = {code: region_name(code) for entry in everything for code in entry.platform.regions}
        audited_first = sorted(everything, key=lambda entry: entry.last is None)
        shown = [entry for entry in audited_first if wanted(entry, params)]
        data = {"shown": shown, "total": len(everything), "params": params, "states": STATES}
        return Page(
            "probes/home.html",
            {
                **data,
                "regions": sorted(regions.items(), key=lambda pair: plain(pair[1])),
                "state_of": state_of,
            },
        )

    def one(self, _visit: Visit, params: PlatformParams) -> Page:
        listed = self.desk.store.platform(params.platform)
        history = self.desk.store.history(params.platform)
        regions = [region_name(code) for code in listed.platform.regions]
        ended = [audit for audit in history if audit.state == "finished"]
        data = {
            "listed": listed,
            "history": history,
            "regions": regions,
            "profiles": profiles(),
            "ended": ended,
        }
        return Page("probes/platform.html", data)

    def badge(self, visit: Visit, params: PlatformParams) -> Raw:
        history = self.desk.store.history(params.platform, states=("finished",), most=1)
        self.desk.store.platform(params.platform)
        return Raw(badge(history[0] if history else None, visit.words).encode(), "image/svg+xml")


def plain(name: str) -> str:
    """Return a name as it sorts: “Île-de-France” among the I."""
    return "".join(c for c in normalize("NFD", name.casefold()) if not combining(c))


def state_of(entry: Listed) -> str:
    """One word for the filter: `never`, `running`, `failing`, `good`."""
    if entry.last is None:
        return "never"
    if not entry.last.ended:
        return "running"
    verified = entry.last.summary.get(Outcome.PASSED.value, 0) + entry.last.summary.get(
        Outcome.FAILED.value, 0
    )
    return "failing" if entry.last.summary.get("mandatory") or not verified else "good"


def wanted(entry: Listed, params: ListParams) -> bool:
    """Tell whether a platform matches every word searched for, the state and the region."""
    platform = entry.platform
    text = " ".join((platform.id, platform.name, platform.operator, *platform.software)).casefold()
    return (
        all(word in text for word in params.q.casefold().split())
        and params.state in ("", state_of(entry))
        and (not params.region or params.region in platform.regions)
    )


def operations(desk: Desk) -> list[Operation]:
    pages = Platforms(desk)
    return [
        Operation(
            "GET",
            "/",
            pages.home,
            Text("Liste des plateformes", "List of platforms"),
            ListParams,
            json="/api/platforms",
        ),
        Operation(
            "GET",
            "/plateformes/{platform}",
            pages.one,
            Text("Une plateforme", "A platform"),
            PlatformParams,
            json="/api/platforms/{platform}",
        ),
        Operation(
            "GET",
            "/badges/{platform}.svg",
            pages.badge,
            Text("Image du dernier résultat", "Picture of the last result"),
            PlatformParams,
            media_type="image/svg+xml",
        ),
    ]
