"""The verbs of documents: `validate_document` (CNIG folder or zip), `validate_json` (JSON Schema)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cicclo.validation.model import Options, Report


def validate_document(
    source: Path, model: Path, options: Options = Options(), *, srs: str = "EPSG:2154"
) -> Report:
    """Judge a folder or zip (`41175_PLU_20140603`) by a document model (folder with files.json and types/)."""
    raise NotImplementedError


def validate_json(source: Path, schema: Mapping[str, Any], options: Options = Options()) -> Report:
    """Judge a JSON document by a JSON Schema; places are JSON pointers."""
    raise NotImplementedError
