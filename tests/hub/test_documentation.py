"""What the operator can decide stands in the guide, and every problem has its paragraph."""

import inspect
from dataclasses import fields
from pathlib import Path

import pytest

from cicclo.hub.serve import serve
from cicclo.hub.settings import Settings
from cicclo.kernel.errors import CiccloError
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.validation.hosting import Hosting
from cicclo.web import problems

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_option_and_setting_is_documented(lang: str) -> None:
    """In both languages."""
    text = (DOCS / lang / "hub.md").read_text("utf-8")
    options = [f"`--{name.replace('_', '-')}`" for name in inspect.signature(serve).parameters]
    settings = [
        f"`CICCLO_{field.name.upper()}`"
        for kind in (Settings, AuditSettings, Hosting)
        for field in fields(kind)
    ]
    assert [word for word in (*options, *settings) if word not in text] == []


def test_every_problem_is_documented() -> None:
    """The address in `type` leads to a paragraph."""
    text = (DOCS / "en" / "problems.md").read_text("utf-8")
    assert problems.ADDRESS.endswith("docs/en/problems.md#")
    kinds = [CiccloError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert [kind.slug for kind in kinds if f"## {kind.slug}\n" not in text] == []
