"""The library of requirements, and one requirement with its uses."""

from dataclasses import dataclass

from cicclo.kernel.text import Text
from cicclo.probes.check import CHECKS
from cicclo.probes.web.desk import Desk, names
from cicclo.requirements import families, find, library, profiles, select
from cicclo.requirements.model import LEVEL_NAMES
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.replies import Page


class SearchParams(Params, frozen=True):
    q: str = ""
    family: str = ""


class RequirementParams(Params, frozen=True):
    requirement: str


@dataclass(frozen=True, slots=True)
class Library:
    desk: Desk

    def requirements(self, visit: Visit, params: SearchParams) -> Page:
        words = params.q.casefold().split()
        shown = {
            family: found
            for family in families().values()
            if params.family in ("", family.id)
            and (
                found := [
                    r
                    for r in family.requirements
                    if all(w in f"{r.id} {visit.words.say(r.title)}".casefold() for w in words)
                ]
            )
        }
        data = {
            "shown": shown,
            "params": params,
            "families": families(),
            "total": len(library()),
            "level_names": LEVEL_NAMES,
        }
        return Page("probes/requirements.html", data)

    def requirement(self, _visit: Visit, params: RequirementParams) -> Page:
        requirement = find(params.requirement)
        checks = [check for check in CHECKS.values() if check.requirement == requirement.id]
        failing = set(self.desk.store.failing(requirement.id))
        audits = [audit for audit in self.desk.store.history() if audit.id in failing]
        data = {
            "requirement": requirement,
            "family": families()[requirement.family],
            "checks": checks,
            "profiles": [profile for profile in profiles().values() if requirement.id in select(profile.id)],
            "audits": audits,
            "names": names(audits, self.desk.store.platforms()),
            "level_names": LEVEL_NAMES,
        }
        return Page("probes/requirement.html", data)


def operations(desk: Desk) -> list[Operation]:
    pages = Library(desk)
    return [
        Operation(
            "GET",
            "/exigences",
            pages.requirements,
            Text("Exigences", "Requirements"),
            SearchParams,
            json="/api/requirements",
        ),
        Operation(
            "GET",
            "/exigences/{requirement:path}",
            pages.requirement,
            Text("Une exigence", "A requirement"),
            RequirementParams,
        ),
    ]
