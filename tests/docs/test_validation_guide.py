"""Every example of the validation guide is run: the files it shows are written, its commands give what it shows."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cicclo.validation.cli import FORMATS, validate
from cicclo.validation.repairs import REPAIRS

ROOT = Path(__file__).parents[2]
GUIDES = ["docs/fr/validation.md", "docs/en/validation.md"]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(guide: str) -> list[tuple[str, str, str]]:
    return [(kind, name, text) for kind, name, text in BLOCK.findall((ROOT / guide).read_text("utf-8"))]


def said(folder: Path, command: str) -> str:
    """What a person reads: the command's output, then what it told aside."""
    program, *arguments = command.split()
    if program == "cat":
        return "".join((folder / name).read_text("utf-8-sig") for name in arguments)
    line = [sys.executable, "-m", "cicclo.hub.cli", *arguments]
    done = subprocess.run(line, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("guide", GUIDES)
def test_the_examples_give_what_the_guide_shows(guide: str, tmp_path: Path) -> None:
    for kind, name, text in blocks(guide):
        if name:
            (tmp_path / name).write_text(text, "utf-8")
        if kind == "console":
            command, _, shown = text.removeprefix("$ ").partition("\n")
            assert said(tmp_path, command) == shown, command


@pytest.mark.parametrize("guide", GUIDES)
def test_the_python_example_runs(guide: str, tmp_path: Path) -> None:
    for kind, name, text in blocks(guide):
        if name:
            (tmp_path / name).write_text(text, "utf-8")
        if kind == "python":
            done = subprocess.run(
                [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, check=False, timeout=60
            )
            assert done.returncode == 0, done.stderr.decode()
            assert done.stdout.decode().startswith("8 ")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_option_format_and_repair_is_documented(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    options = [p for p in inspect.signature(validate).parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert not [o.name for o in options if f"--{o.name.replace('_', '-')}" not in text]
    assert not [word for word in (*FORMATS, *REPAIRS) if f"`{word}`" not in text]
