"""Print the development group of pyproject.toml, for a pip that is too old to read groups."""

import tomllib
from pathlib import Path

print(*tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["dependency-groups"]["dev"])
