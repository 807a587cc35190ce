"""What the operator decides about validation: from the command line, else from `CICCLO_…` variables."""

import os
from dataclasses import dataclass
from pathlib import Path

INDEX = "https://schema.data.gouv.fr/schemas/schemas.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """`schemas` is the address of the catalogue's index, `cache` the folder that keeps what was fetched.

    `fresh` is how many seconds a fetched document is used before its server is asked again. `largest` (bytes) and
    `longest` (seconds) bound a file given by its address. `allow_private` lets loopback and private addresses be
    reached: for one's own servers only. `offline` asks the network nothing.
    """

    schemas: str = INDEX
    cache: str = ""
    fresh: int = 3600
    largest: int = 8 << 30
    longest: float = 1800.0
    allow_private: bool = False
    offline: bool = False

    @property
    def folder(self) -> Path:
        """Where fetched documents are kept: the setting, else the user's cache folder (XDG Base Directory)."""
        if self.cache:
            return Path(self.cache)
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return Path(home) / "cicclo" / "schemas"
