"""The arrows of the house go one way."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_go_one_way() -> None:
    """import-linter's contracts, in pyproject.toml, are kept."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout


def test_probes_load_without_their_doors() -> None:
    """A library user pays neither for the web framework nor for the command line."""
    code = "import sys, cicclo.probes.actions; print([m for m in ('starlette', 'cyclopts', 'sqlalchemy', 'granian') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
