"""Small tables and schemas, written for one test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cicclo.validation import schemas
from cicclo.validation.model import Schema

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
IRVE = SHARED / "data" / "schemas" / "irve-statique" / "schema.json"
DEMO = SHARED / "data" / "demo"
needs_shared = pytest.mark.skipif(
    not IRVE.is_file(), reason="../shared is absent: real schemas and demo data"
)


def schema(*fields: Mapping[str, Any], **more: Any) -> Schema:
    return schemas.read({"name": "made", "title": "Made", "fields": list(fields), **more}, "made.json")


def irve() -> Schema:
    return schemas.read(schemas.load(IRVE), str(IRVE))


def table(folder: Path, text: str, name: str = "made.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
