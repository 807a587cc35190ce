"""The shared vocabulary: requirements, by family and by profile."""

from cicclo.requirements.actions import families, find, library, profiles, select
from cicclo.requirements.model import Family, Level, Profile, Requirement, Source

__all__ = [
    "Family",
    "Level",
    "Profile",
    "Requirement",
    "Source",
    "families",
    "find",
    "library",
    "profiles",
    "select",
]
