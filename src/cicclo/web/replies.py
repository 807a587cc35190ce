"""What a handler may answer; the route turns it into HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Data:
    """Anything msgspec can write as JSON."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of a media type; `filename` makes it a download."""

    content: bytes
    media_type: str
    filename: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of ours, sent piece by piece whatever its size."""

    path: Path
    media_type: str
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """See another page of ours (303). `cookies` are set on the way, empty ones removed."""

    to: str
    cookies: Mapping[str, str] = field(default_factory=dict)


Reply = Page | Data | Raw | Stored | Redirect
