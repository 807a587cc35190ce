"""The documentation stays true."""

import inspect
import re
from pathlib import Path

import pytest

from cicclo.hub.cli import COMMANDS
from cicclo.probes.cli import audit
from cicclo.probes.reports import FORMATS
from cicclo.requirements import library, profiles

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "LISEZMOI.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "src").rglob("README.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the project."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not missing


@pytest.mark.parametrize("name", ["docs/fr/audit.md", "docs/en/audit.md"])
def test_every_option_of_the_audit_is_documented(name: str) -> None:
    """An option that the guide does not know is a defect of the guide."""
    text = (ROOT / name).read_text("utf-8")
    options = [p for p in inspect.signature(audit).parameters.values() if p.kind is p.KEYWORD_ONLY]
    wanted = [
        f"--no-{o.name}" if o.default is True else f"--{o.name.replace('_', '-')}"
        for o in options
        if o.name != "json"
    ]
    assert not [option for option in wanted if option not in text]
    assert not [word for word in (*profiles(), *FORMATS) if f"`{word}`" not in text]


def test_every_command_is_in_both_readmes() -> None:
    """A person meets each command where they start."""
    for name in ("README.md", "LISEZMOI.md"):
        text = (ROOT / name).read_text("utf-8")
        assert not [
            command.name
            for command in COMMANDS
            if f"cicclo {command.name}" not in text and f"make {command.name}" not in text
        ]


def test_requirements_named_in_the_docs_exist() -> None:
    """Ids quoted in the pages are ids of the library."""
    families = {rid.split("/")[0] for rid in library()}
    named = {
        rid
        for page in PAGES
        for rid in re.findall(r"`([a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+)`", page.read_text("utf-8"))
        if rid.split("/")[0] in families
    }
    assert named - set(library()) == set()
