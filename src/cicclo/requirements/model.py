"""The noun the house is built on: one testable statement of interoperability."""

from dataclasses import dataclass
from enum import StrEnum

from cicclo.kernel.text import NOTHING, Text


class Level(StrEnum):
    """How binding the source makes it (RFC 2119: must, should, may)."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


LEVEL_NAMES = {
    Level.MANDATORY: Text("obligatoire", "mandatory"),
    Level.RECOMMENDED: Text("recommandée", "recommended"),
    Level.OPTIONAL: Text("facultative", "optional"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the statement comes from: a standard, its version, the clause or its URI."""

    standard: str
    version: str
    clause: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """`id` is `family/class/name` and never changes.

    `claim` names what a service announces when it says it fulfils this (a conformance class without
    scheme, host and version, such as `ogcapi-features-2/conf/crs`, or `wfs/ImplementsResultPaging`);
    empty when the requirement binds every service of the family.
    """

    id: str
    title: Text
    statement: Text
    level: Level
    remedy: Text
    source: Source
    claim: str = ""

    @property
    def family(self) -> str:
        return self.id.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Family:
    """Requirements about one protocol, format or topic."""

    id: str
    title: Text
    about: Text = NOTHING
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of requirements, for one kind of question."""

    id: str
    title: Text
    patterns: tuple[str, ...]
