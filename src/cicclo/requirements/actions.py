"""Read the library: families, requirements, profiles."""

import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import NOTHING, Text
from cicclo.requirements.model import Family, Level, Profile, Requirement, Source


@cache
def families() -> Mapping[str, Family]:
    """Every family by id, from `library/<family>.toml`."""
    folder = files("cicclo.requirements") / "library"
    found = [
        _family(tomllib.loads(file.read_text("utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {family.id: family for family in sorted(found, key=lambda family: family.id)}


@cache
def library() -> Mapping[str, Requirement]:
    """Every requirement by id."""
    return {r.id: r for family in families().values() for r in family.requirements}


def find(requirement_id: str) -> Requirement:
    """Return one requirement; raise NotFound for an id the library does not hold."""
    found = _held(requirement_id.partition("/")[0]).get(requirement_id)
    if found is None:
        raise NotFound(
            Text(f"aucune exigence « {requirement_id} »", f"no requirement “{requirement_id}”"),
            remedy=Text("voir « cicclo requirements »", "see `cicclo requirements`"),
        )
    return found


@lru_cache(maxsize=256)
def _held(family_id: str) -> Mapping[str, Requirement]:
    """Requirements of one family: its file is read in 2 ms, the whole library in 70."""
    file = files("cicclo.requirements") / "library" / f"{family_id}.toml"
    if not re.fullmatch(r"[a-z0-9-]+", family_id) or not file.is_file():
        return {}
    return {r.id: r for r in _family(tomllib.loads(file.read_text("utf-8"))).requirements}


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by id, from `profiles.toml`."""
    raw = tomllib.loads((files("cicclo.requirements") / "profiles.toml").read_text("utf-8"))
    return {p["id"]: Profile(p["id"], Text(**p["title"]), tuple(p["requirements"])) for p in raw["profile"]}


def select(profile_id: str) -> frozenset[str]:
    """Return the ids of the requirements of a profile; raise NotFound for an unknown profile."""
    try:
        profile = profiles()[profile_id]
    except KeyError:
        names = ", ".join(profiles())
        raise NotFound(
            Text(f"aucun profil « {profile_id} »", f"no profile “{profile_id}”"),
            remedy=Text(f"profils : {names}", f"profiles: {names}"),
        ) from None
    return frozenset(
        rid for rid in library() if any(fnmatchcase(rid, pattern) for pattern in profile.patterns)
    )


def _family(raw: dict[str, Any]) -> Family:
    requirements = tuple(_requirement(raw, entry) for entry in raw["requirement"])
    return Family(
        raw["family"], Text(**raw["title"]), Text(**raw["about"]) if "about" in raw else NOTHING, requirements
    )


def _requirement(family: dict[str, Any], entry: dict[str, Any]) -> Requirement:
    source = {**family.get("source", {}), **entry.get("source", {})}
    return Requirement(
        id=entry["id"],
        title=Text(**entry["title"]),
        statement=Text(**entry["statement"]),
        level=Level(entry["level"]),
        remedy=Text(**entry["remedy"]),
        source=Source(source["standard"], source.get("version", ""), source["clause"]),
        claim=entry.get("claim", ""),
    )
