"""Clients in other programs: they read what is asked on their input as JSON, and answer JSON."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.clients import Failed

ROOT = Path(__file__).resolve().parents[2]


def ask(command: Sequence[str], asked: Any, patience: float, env: Mapping[str, str] | None = None) -> Any:
    """Run a program; raise Failed with the end of what it said when it answers no JSON."""
    done = subprocess.run(  # noqa: S603 - our own scripts
        command,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )
    # QGIS may abort at exit, after it has answered: what counts is the answer
    last = done.stdout.strip().splitlines()[-1:] or [""]
    try:
        return json.loads(last[0])
    except ValueError as error:
        raise Failed((done.stderr or done.stdout).strip()[-400:] or f"status {done.returncode}") from error


def node(package: str) -> str:
    """Name what is missing to run a package of Node."""
    if shutil.which("node") is None:
        return "node"
    return "" if (ROOT / "node_modules" / package).is_dir() else f"{package} (npm ci)"
